/** The event that sends a code: everything the text shows but the code itself, which is never in an event. */
import type { ChallengePurpose, ToConfirm } from '../../contracts/challenge.js';
import type { JsonObject } from '../../contracts/json.js';
import { totalOf } from '../../core/challenge/binding.js';
import { parseEvent } from '../../core/event/parse-event.js';
import type { IncomingEvent } from '../ingest/types.js';

export interface CodeToSend {
  id: string;
  entity: string;
  customerId: string;
  purpose: ChallengePurpose;
  generation: number;
  confirm?: ToConfirm;
  code: string;
  now: number;
  expiresAt: number;
}

const MINUTE = 60_000;

export function codeEvent({ id, generation, code, now, expiresAt, ...rest }: CodeToSend): IncomingEvent {
  const { entity, customerId, purpose, confirm } = rest;
  const original = {
    specversion: '1.0',
    id: `${id}:${generation}`,
    source: 'ledgerbell/challenges',
    type: 'challenge.requested',
    time: new Date(now).toISOString(),
    entity,
    data: {
      challengeId: id,
      customerId,
      purpose,
      minutes: Math.floor((expiresAt - now) / MINUTE),
      expiresAt: new Date(expiresAt).toISOString(),
      ...shown(confirm),
    },
  };
  const event = parseEvent(original, { now, futureToleranceMs: 0, origin: 'inside' });
  return { event, original, secrets: { code } };
}

/** What the customer has to see before the code. */
function shown(confirm: ToConfirm | undefined): JsonObject {
  if (confirm === undefined) return {};
  if ('payments' in confirm) {
    const payees = [...new Set(confirm.payments.map(({ payee }) => payee.name))];
    const amount = totalOf(confirm);
    return { amount, currency: confirm.currency, count: confirm.payments.length, payees };
  }
  if ('payee' in confirm) {
    const { amount, currency, payee } = confirm;
    return { amount, currency, payee: { name: payee.name, account: payee.account } };
  }
  const { reference, title, amount, currency } = confirm;
  return { reference, title, ...(amount === undefined || currency === undefined ? {} : { amount, currency }) };
}
