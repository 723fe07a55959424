/**
 * Answers a reply by one SMS through the outbox. It is sent after a STOP too, because it confirms it, and never to a number in doubt:
 * unknown, suspended, replaced, or of a customer who may not be reached.
 */
import type { Knex } from 'knex';
import { withOverrides } from '../../core/replies/policy.js';
import { REPLY_TOPIC } from '../../core/replies/reply-topic.js';
import { type ReplyText, replyText } from '../../core/replies/texts.js';
import { insertAnswer } from '../../store/answers.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import { countAnswers } from '../../store/inbound.js';
import type { House } from '../house.js';
import type { Holder, Sender } from './sender.js';
import type { ReplySettings } from './settings.js';

const DAY = 86_400_000;
/** To one number in a day: two machines that answer each other stop here. */
const MOST_ANSWERS = 5;

export const DEFAULT_REPLIES: ReplySettings = { policies: withOverrides(), name: 'Your bank', answeredByProvider: [] };

export interface AnswerWanted {
  kind: ReplyText;
  inboundKey: Buffer;
  adapter: string;
  at: number;
}

/** Returns the id of the SMS, or undefined where none is sent. */
export async function sendAnswer(
  house: House,
  trx: Knex.Transaction,
  sender: Sender,
  { kind, inboundKey, adapter, at }: AnswerWanted,
): Promise<string | undefined> {
  const { vault, settings, replies = DEFAULT_REPLIES } = house;
  const holder = sender.current.find(isReachable);
  if (holder === undefined) return undefined;
  if (kind !== 'unclear' && replies.answeredByProvider.includes(adapter)) return undefined;
  if ((await countAnswers(vault.database, trx, sender.phoneIndex, at - DAY)) >= MOST_ANSWERS) return undefined;
  const { entity, customerId, customer } = holder;
  const { text, locale } = replyText(kind, customer.locale ?? settings.locale, replies);
  const subject = customerSubject(entity, customerId);
  const key = (await vault.keys.load(trx, [subject])).get(subject) as SubjectKey;
  const alertId = `al_${inboundKey.toString('hex').slice(0, 32)}`;
  await insertAnswer(
    vault.database,
    trx,
    {
      alertId,
      eventKey: inboundKey,
      subject,
      entity,
      customerId,
      rule: REPLY_TOPIC,
      ruleVersion: kind,
      draft: {
        notify: 'customer',
        topic: REPLY_TOPIC,
        lane: 'service',
        priority: 0,
        locale,
        text,
        discreet: false,
        expiresAt: at + DAY,
        fires: 'each',
        phone: 'current',
      },
      status: 'queued',
      key,
    },
    at,
  );
  return alertId;
}

function isReachable({ status, customer }: Holder): boolean {
  return status === 'verified' && (customer.status === 'active' || customer.status === 'restricted');
}
