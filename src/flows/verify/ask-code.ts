/**
 * Did my bank send this? Answers anybody who has a code, so it tells what the SMS itself has told already, less its text. An
 * unknown, malformed, expired or erased code takes the same queries as a known one and is answered alike.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Wording } from '../../contracts/rule.js';
import { readVerifyCode } from '../../core/message/verify-code.js';
import { DEFAULT_VERIFY_SETTINGS } from '../../core/message/verify-settings.js';
import { maskPhone } from '../../core/phone.js';
import { findAlert } from '../../store/outbox.js';
import { phonesFor } from '../../store/phones.js';
import { findVerifyCode } from '../../store/verify-codes.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { takeTurn } from '../take-turn.js';
import { codeHash } from './mark-message.js';

export type VerifyAnswer =
  | { genuine: false }
  | {
      genuine: true;
      topic: string;
      /** What the topic is called, where the bank named it. */
      title?: Wording;
      /** Epoch milliseconds. */
      sentAt: number;
      /** Masked, as `maskPhone` does. */
      number: string;
    };

/** Finds nothing, and takes as long as what finds something. */
const NO_ALERT = 'al_none';
const NO_CUSTOMER = '';

/** @throws LedgerbellError `verify-limited` */
export async function askCode(house: House, typed: string, address: string): Promise<VerifyAnswer> {
  const now = house.now();
  await takeOne(house, address, now);
  const code = readVerifyCode(typed) ?? 'no code';
  const { database } = house.vault;
  return withTransaction(database, (trx) => findAnswer(house, trx, code, now));
}

async function findAnswer(house: House, trx: Knex.Transaction, code: string, now: number): Promise<VerifyAnswer> {
  const { vault } = house;
  const found = await findVerifyCode(vault.database, trx, codeHash(vault, code), now);
  const alert = await findAlert(vault.database, trx, found?.alertId ?? NO_ALERT);
  const customerId = alert?.customerId ?? NO_CUSTOMER;
  const phones = await phonesFor(vault, trx, alert?.entity ?? 'default', [customerId]);
  const phone = phones.get(customerId)?.find(({ version }) => version === found?.phoneVersion);
  const number = openNumber(phone);
  if (found === undefined || alert === undefined || number === undefined) return { genuine: false };
  const title = house.ruleSet().source.topics[alert.topic]?.title;
  const shown = { topic: alert.topic, ...(title === undefined ? {} : { title }) };
  return { genuine: true, ...shown, sentAt: found.sentAt, number: maskPhone(number) };
}

/** Of a customer who was erased nothing is told any more. */
function openNumber(phone: { number(): string } | undefined): string | undefined {
  try {
    return phone?.number();
  } catch (error) {
    if (error instanceof LedgerbellError && error.code === 'erased') return undefined;
    throw error;
  }
}

/** @throws LedgerbellError `verify-limited` */
async function takeOne(house: House, address: string, now: number): Promise<void> {
  const { limits } = house.verify ?? DEFAULT_VERIFY_SETTINGS;
  const turn = await takeTurn(house, { kind: 'verify', limits, address, now });
  if (turn === 'taken') return;
  const { count } = limits.overall;
  if (turn === 'all-limited') house.log.warn({ count }, 'codes are not looked up: the limit for all is reached');
  throw new LedgerbellError('verify-limited', 'Too many codes were asked for: try again later');
}
