/**
 * What ingestion is measured with: postings of registered accounts, and rules of which one alerts for one event in ten while
 * the others look closely and stay silent (they ask for a foreign currency last), so that more rules never mean more rows.
 */
import type { CloudEvent } from '../../src/contracts/event.js';
import { randomFrom } from '../harness/random.js';
import { amountAt, cloudEvent, drawEvent } from './banking.js';
import { drawRules, type Rule } from './rules.js';

export const ACCOUNTS = 1_000;

export const WEBHOOK_SECRET = `whsec_${Buffer.from('a secret for benchmarks, nothing else').toString('base64')}`;

export function ingestionRules(count: number): Rule[] {
  const [, ...others] = drawRules(7, Math.max(count, 1));
  const alerting: Rule = {
    name: 'rule-0',
    type: 'transaction.posted',
    conditions: { all: [{ path: 'amount', operator: 'greaterThanInclusive', value: amountAt(0.9) }] },
  };
  const silent = others.map((rule): Rule => {
    const foreign = { path: 'currency', operator: 'notEqual', value: 'EUR' } as const;
    return { ...rule, type: 'transaction.posted', conditions: { all: [...rule.conditions.all, foreign] } };
  });
  return [alerting, ...silent].slice(0, count);
}

export interface Postings {
  next(): CloudEvent;
}

/** `prefix` keeps the ids of one round apart from those of all others. */
export function postings(prefix: string, seed: number, accounts: number, now: number): Postings {
  const random = randomFrom(seed);
  let made = 0;
  return {
    next() {
      made += 1;
      const { data } = drawEvent(random, accounts, made);
      const own = { ...data, transactionId: `${prefix}-t${made}` };
      return cloudEvent(`${prefix}-${made}`, now, 'transaction.posted', own);
    },
  };
}
