/** What the page of choices is made from, and what its fields hold. */
import type { Choices } from '../../flows/preference-links/choices.js';
import type { LinkToken } from '../../flows/preference-links/link-token.js';
import { type Form, type FormMistake, typedIn } from '../../flows/preference-links/read-form.js';
import type { PageTexts } from './texts/index.js';

export interface ChoicesForm {
  texts: PageTexts;
  bank: string;
  link: LinkToken;
  choices: Choices;
  /** Where something was wrong: what was filled in, and what is wrong with it. */
  filled?: { form: Form; mistakes: readonly FormMistake[] };
}

/** As it was filled in, else as it is known. */
export function filledOr({ filled }: ChoicesForm, field: string, known: string): string {
  return filled === undefined ? known : typedIn(filled.form, field);
}

/** Of several boxes of one name. */
export function tickedAmong({ filled }: ChoicesForm, field: string, value: string, known: readonly string[]): boolean {
  return (filled === undefined ? known : (filled.form.get(field) ?? [])).includes(value);
}

export function tickedOr({ filled }: ChoicesForm, field: string, known: boolean): boolean {
  return filled === undefined ? known : filled.form.has(field);
}
