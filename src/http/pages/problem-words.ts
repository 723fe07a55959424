/** What is wrong with a field, in the customer's words. */
import type { LimitChoice } from '../../flows/preference-links/choices.js';
import { FIELD } from '../../flows/preference-links/read-form.js';
import type { ChoicesForm } from './choices-form.js';
import { boundsOf, shownNumber } from './shown.js';
import type { PageTexts } from './texts/index.js';

/** Undefined where nothing is wrong with it. */
export function problemOf({ texts, choices, filled }: ChoicesForm, field: string): string | undefined {
  const mistake = filled?.mistakes.find((one) => one.field === field);
  if (mistake === undefined) return undefined;
  const limit = choices.topics
    .flatMap(({ name, limits }) => limits.map((one) => ({ field: FIELD.limit(name, one), one })))
    .find((one) => one.field === field)?.one;
  const words = texts.problems;
  switch (mistake.code) {
    case 'time-malformed':
      return words.time;
    case 'times-incomplete':
      return words.bothTimes;
    case 'language-unknown':
      return words.language;
    case 'topic-mandatory':
      return words.mandatory;
    case 'request-invalid':
      return words.sameTime;
    case 'phrase-unfit':
      return phraseProblem(filled?.form.get(field)?.[0] ?? '', texts);
    default:
      return limit === undefined ? words.other : limitProblem(mistake.code, limit, texts);
  }
}

function phraseProblem(typed: string, { problems }: PageTexts): string {
  const length = Array.from(typed.trim()).length;
  return length < 3 || length > 30 ? problems.phraseShort : problems.phraseUnfit;
}

function limitProblem(code: string, limit: LimitChoice, texts: PageTexts): string {
  const { problems } = texts;
  const [bounds] = boundsOf(limit, texts);
  if (code === 'parameter-out-of-bounds' && bounds !== undefined) return bounds;
  if (code === 'parameter-out-of-bounds') return problems.other;
  if (limit.type === 'texts') return problems.list;
  return limit.type === 'money' ? problems.amount(shownNumber(limit.default ?? '250.00', texts)) : problems.number;
}
