/**
 * Saves what a customer filled in on the page of their link: choices, consents and language in one transaction, and the link
 * is used up by it. The audit names the link, so that what was done by it can be told from what the bank did.
 */
import type { Knex } from 'knex';
import { appendAudit } from '../../store/audit.js';
import { recordConsent } from '../../store/consents.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { useLink } from '../../store/preference-links.js';
import { withTransaction } from '../../store/with-transaction.js';
import { changeCustomerIn } from '../change-customer.js';
import { changePreferencesIn } from '../change-preferences.js';
import type { House } from '../house.js';
import type { Mistake } from '../mistakes.js';
import { preferenceMistakes } from '../preference-mistakes.js';
import type { Choices } from './choices.js';
import { isFormToken, type LinkToken } from './link-token.js';
import { shortName } from './make-link.js';
import { type ClosedLink, openLinkIn } from './open-link.js';
import { FIELD, type Form, type FormMistake, type FormReading, readForm, typedIn } from './read-form.js';

export type Saved =
  | { state: 'saved'; locale: string }
  | { state: 'mistaken'; link: LinkToken; choices: Choices; mistakes: FormMistake[] }
  /** The form does not come from the link's own page. */
  | { state: 'refused'; locale: string }
  | ClosedLink;

export interface Filled {
  token: string;
  form: Form;
  /** What a topic's consent said on the page, in the language it was shown in. */
  wordingOf(topic: string, choices: Choices): string;
}

/** The name of the field that proves that the form is the page's own. */
export const FORM_TOKEN = 'form';

export function saveChoices(house: House, filled: Filled): Promise<Saved> {
  return withTransaction(house.vault.database, (trx) => saveIn(house, trx, filled));
}

async function saveIn(house: House, trx: Knex.Transaction, filled: Filled): Promise<Saved> {
  const opened = await openLinkIn(house, trx, filled.token);
  if (opened.state !== 'open') return opened;
  const { link, choices } = opened;
  if (!isFormToken(link, typedIn(filled.form, FORM_TOKEN))) return { state: 'refused', locale: choices.locale };
  const reading = readForm(filled.form, choices);
  const mistakes = mistakesOf(house, choices, reading);
  if (mistakes.length > 0) return { state: 'mistaken', link, choices, mistakes };
  const at = house.now();
  // Another save with the same link was first, and is over by now.
  if (!(await useLink(house.vault.database, trx, link.linkHash, at))) {
    const again = await openLinkIn(house, trx, filled.token);
    return again.state === 'open' ? { state: 'invalid' } : again;
  }
  await write(house, trx, { reading, choices, filled, link, at });
  return { state: 'saved', locale: reading.language ?? choices.locale };
}

interface Writing {
  reading: FormReading;
  choices: Choices;
  filled: Filled;
  link: LinkToken;
  at: number;
}

async function write(house: House, trx: Knex.Transaction, writing: Writing): Promise<void> {
  const { reading, choices, filled, link, at } = writing;
  const { entity, customer } = choices;
  const { customerId } = customer;
  const { database } = house.vault;
  const actor = `customer-link:${shortName(link.linkHash)}`;
  const who = { entity, customerId, actor };
  if (reading.language !== undefined) {
    const document = { ...customer.document, locale: withLanguage(choices.locale, reading.language) };
    await changeCustomerIn(house, trx, { ...who, document });
  }
  for (const { topic, granted } of reading.consents) {
    const given = { by: 'customer', at: new Date(at).toISOString(), how: 'web' };
    const document = { topic, granted, ...given, wording: filled.wordingOf(topic, choices) };
    await recordConsent(database, trx, { entity, customerId, document, recordedAt: at });
  }
  await changePreferencesIn(house, trx, { ...who, document: reading.document });
  const subject = customerSubject(entity, customerId);
  for (const { topic, granted } of reading.consents) {
    const action = granted ? 'consent-granted' : 'consent-withdrawn';
    await appendAudit(database, trx, { at, actor, action, subject, detail: { topic } });
  }
  await appendAudit(database, trx, { at, actor, action: 'preference-link-used', subject, detail: {} });
}

/** A customer who chose Estonian in Finland still has dates as they are written there, where the language allows. */
function withLanguage(locale: string, language: string): string {
  const { region } = new Intl.Locale(locale);
  return region === undefined ? language : `${language}-${region}`;
}

/**
 * Only what the page has a field for can be mended on it: what was chosen long ago of a rule that is gone does no harm.
 */
function mistakesOf(house: House, choices: Choices, { document, mistakes }: FormReading): FormMistake[] {
  const fields = new Set(fieldsOf(choices));
  const found = [...mistakes];
  // Half a pair of times is told already.
  const { quietHours: _quiet, ...rest } = document;
  const checked = mistakes.length > 0 ? rest : document;
  for (const mistake of preferenceMistakes(house.ruleSet(), house.settings.rates, checked)) {
    const field = fieldOf(mistake);
    if (fields.has(field)) found.push({ field, code: mistake.code });
  }
  return found;
}

function fieldsOf({ topics }: Choices): string[] {
  const ofTopics = topics.flatMap(({ name, limits }) => [
    FIELD.wanted(name),
    ...limits.map((limit) => FIELD.limit(name, limit)),
  ]);
  return [...ofTopics, FIELD.phrase, FIELD.quietTo];
}

/** The field that a path into the document of choices was filled in at. */
function fieldOf({ path }: Mistake): string {
  const [, root, ...rest] = path.split('/').map((part) => part.replaceAll('~1', '/').replaceAll('~0', '~'));
  if (root === 'phrase') return FIELD.phrase;
  if (root === 'quietHours') return FIELD.quietTo;
  const [topic = '', kind, parameter, currency] = rest;
  if (kind !== 'parameters' || parameter === undefined) return FIELD.wanted(topic);
  return FIELD.limit(topic, { parameter, currency });
}
