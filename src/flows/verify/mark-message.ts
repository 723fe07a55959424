/** Puts into a message that leaves what tells it from an imitation: its code, and the customer's own phrase. */
import type { Knex } from 'knex';
import type { PhrasePreference } from '../../contracts/customer.js';
import { type GenuineMarks, showsPhrase, withMarks } from '../../core/message/genuine-marks.js';
import { MASKED_VERIFY_CODE, verifyCodeOf } from '../../core/message/verify-code.js';
import { DEFAULT_VERIFY_SETTINGS } from '../../core/message/verify-settings.js';
import type { CustomerContext } from '../../store/contexts.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { Vault } from '../../store/crypto/vault.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { PhoneRecord } from '../../store/phones.js';
import { openPhrase } from '../../store/preferences.js';
import { insertVerifyCodes } from '../../store/verify-codes.js';
import type { House } from '../house.js';

export interface MarkedText {
  text: string;
  /** Where the message carries one. */
  code?: { code: string; phoneVersion: number };
}

export interface MarkedFor {
  key: SubjectKey;
  customer?: CustomerContext;
  phones?: readonly PhoneRecord[];
}

/** @throws LedgerbellError `erased`, `sealed-data-damaged` */
export function markMessage(
  { vault, verify = DEFAULT_VERIFY_SETTINGS }: Pick<House, 'vault' | 'verify'>,
  alert: OutboxAlert,
  text: string,
  { key, customer, phones = [] }: MarkedFor,
): MarkedText {
  const appends = verify.append[alert.lane] === true;
  const carriesCode = appends || text.includes(MASKED_VERIFY_CODE);
  const code = carriesCode ? codeOf(vault, alert.alertId) : undefined;
  const marks: GenuineMarks = {
    code,
    phrase: phraseFor(alert, key, customer),
    ...(appends ? { appended: wordIn(verify.words, alert.locale) } : {}),
  };
  const marked = withMarks(text, marks);
  return code === undefined
    ? { text: marked }
    : { text: marked, code: { code, phoneVersion: versionOf(alert, phones) } };
}

/** Only what leaves is noted, so that a code is known from the moment somebody can have read it. */
export async function noteCodes(
  { vault, verify = DEFAULT_VERIFY_SETTINGS }: House,
  trx: Knex.Transaction,
  leaving: readonly { alert: OutboxAlert; code?: MarkedText['code'] }[],
  now: number,
): Promise<void> {
  const codes = leaving.flatMap(({ alert, code }) =>
    code === undefined
      ? []
      : {
          codeHash: codeHash(vault, code.code),
          alertId: alert.alertId,
          phoneVersion: code.phoneVersion,
          sentAt: now,
          endsAt: now + verify.keptMs,
        },
  );
  await insertVerifyCodes(vault.database, trx, codes);
}

/** The same for an alert whenever it is asked, and to nobody without the key. */
export function codeOf(vault: Pick<Vault, 'bodyMac'>, alertId: string): string {
  return verifyCodeOf(vault.bodyMac(`verify-code|${alertId}`));
}

/** Under what a code is found. */
export function codeHash(vault: Pick<Vault, 'bodyMac'>, code: string): Buffer {
  return vault.bodyMac(`verify-code-index|${code}`);
}

function phraseFor(
  alert: OutboxAlert,
  key: SubjectKey,
  customer: CustomerContext | undefined,
): PhrasePreference | undefined {
  if (customer?.sealedPhrase === undefined) return undefined;
  const phrase = openPhrase(key, customer.sealedPhrase, alert.entity, customer.id);
  return showsPhrase(phrase, alert) ? phrase : undefined;
}

function wordIn(words: Readonly<Record<string, string>>, locale: string): string {
  return words[locale.split('-')[0] ?? ''] ?? words.en ?? Object.values(words)[0] ?? '';
}

function versionOf({ phone }: OutboxAlert, phones: readonly PhoneRecord[]): number {
  const used = phone === 'previous' ? phones.findLast(({ status }) => status === 'replaced') : phones.at(-1);
  return used?.version ?? 0;
}
