/**
 * Takes SMS that customers sent to the bank: each recorded once, read by the policy of its number's country, and acted on in
 * the same transaction.
 */
import type { Knex } from 'knex';
import type { InboundMessage } from '../contracts/adapter.js';
import { parsePhone, phoneCountry } from '../core/phone.js';
import { replyPolicy } from '../core/replies/policy.js';
import { type ReadReply, readReply } from '../core/replies/read-reply.js';
import { insertInbound, isInboundKnown, keepText, settleInbound } from '../store/inbound.js';
import { withTransaction } from '../store/with-transaction.js';
import type { House } from './house.js';
import { answerAlert, notUnderstood } from './replies/answer-alert.js';
import type { Handled, InboundAtHand } from './replies/handled.js';
import { inboundKeys } from './replies/inbound-key.js';
import { DEFAULT_REPLIES, sendAnswer } from './replies/send-answer.js';
import { findSender } from './replies/sender.js';
import { startNumber, stopNumber } from './replies/stop-number.js';

/** Characters; no phone sends more in one message. */
const LONGEST_KEPT = 4_000;

export interface InboundAnswer {
  recorded: number;
  duplicates: number;
}

/** Each in a transaction of its own: what was taken before another one fails stays taken, and is a duplicate when it comes again. */
export async function receiveInbound(
  house: House,
  adapter: string,
  messages: readonly InboundMessage[],
): Promise<InboundAnswer> {
  const answer: InboundAnswer = { recorded: 0, duplicates: 0 };
  for (const message of messages) {
    const isNew = await withTransaction(house.vault.database, (trx) => takeOne(house, trx, adapter, message));
    if (isNew) answer.recorded += 1;
    else answer.duplicates += 1;
  }
  return answer;
}

async function takeOne(
  house: House,
  trx: Knex.Transaction,
  adapter: string,
  message: InboundMessage,
): Promise<boolean> {
  const { vault, replies = DEFAULT_REPLIES } = house;
  const at = house.now();
  const [inboundKey, ...also] = inboundKeys(vault, adapter, message, at);
  if (await isInboundKnown(vault.database, trx, also)) return false;
  const from = numberOf(message.from, house.phoneRegion);
  const phoneIndex = vault.phoneIndex(from ?? message.from);
  const sender = await findSender(house, trx, phoneIndex, at);
  const locales = sender.current.map(({ customer }) => customer.locale ?? house.settings.locale);
  const country = from === undefined ? undefined : phoneCountry(from);
  const policy = replyPolicy(replies.policies, country, locales);
  const word = readReply(message.text, policy);
  const { providerId, to: sentTo } = message;
  const entry = { key: inboundKey, adapter, providerId, phoneIndex, sentTo, word, at };
  if (!(await insertInbound(vault.database, trx, entry))) return false;
  await keepText(vault, trx, inboundKey, distinct([...sender.current, ...sender.former]), {
    from: message.from,
    text: message.text.slice(0, LONGEST_KEPT),
  });
  const handled = await handle(house, trx, { inboundKey, adapter, sentTo, sender, country, at }, word, policy);
  await settleInbound(vault.database, trx, inboundKey, handled);
  return true;
}

async function handle(
  house: House,
  trx: Knex.Transaction,
  message: InboundAtHand,
  word: ReadReply,
  policy: ReturnType<typeof replyPolicy>,
): Promise<Handled> {
  switch (word) {
    case 'stop':
      return stopNumber(house, trx, message, policy);
    case 'start':
      return startNumber(house, trx, message, policy);
    case 'help':
      return {
        outcome: 'helped',
        answerId: await sendAnswer(house, trx, message.sender, { ...message, kind: 'help' }),
      };
    case 'yes':
    case 'no':
      return answerAlert(house, trx, message, word);
    default:
      return notUnderstood(house, trx, message);
  }
}

/** A short code or a word can send an SMS too: it is recorded, and belongs to nobody. */
function numberOf(from: string, region: string | undefined): string | undefined {
  try {
    return parsePhone(from, region);
  } catch {
    return undefined;
  }
}

function distinct<T extends { entity: string; customerId: string }>(holders: readonly T[]): T[] {
  return [...new Map(holders.map((holder) => [`${holder.entity}\n${holder.customerId}`, holder])).values()];
}
