/** Messages on their way out: attempts, what they cost, receipts, doubts, and how alerts ended. */
import { Counter, Histogram, type Registry } from 'prom-client';
import type { AlertStatus } from '../contracts/decision.js';
import { LANES, type Lane, type TextPolicy } from '../contracts/rule.js';
import { phoneCountry } from '../core/phone.js';
import type { Claim } from '../flows/deliver/claim.js';
import type { AttemptResult } from '../flows/deliver/send-alert.js';
import type { Settled } from '../flows/deliver/settle.js';
import type { MovedAlert, Watch } from '../flows/watch.js';
import type { Latency } from './latency.js';
import { createSpending } from './spending.js';
import { createWords } from './words.js';

export interface DeliveryFigures extends Pick<Watch, 'receiptsTaken' | 'lookedInto' | 'webhookPosted'> {
  settled(settled: readonly Settled[], results: readonly AttemptResult[]): void;
  ended(ended: Claim['ended']): void;
}

export interface DeliveryOptions {
  registry: Registry;
  latency: Latency;
  prices(): TextPolicy['prices'];
}

/** Nothing but an operator moves an alert on from these. */
const ENDS: readonly AlertStatus[] = [
  'delivered',
  'failed',
  'expired',
  'recovered',
  'cancelled',
  'suppressed',
  'dead',
] as const;

export function createDeliveryFigures({ registry, latency, prices }: DeliveryOptions): DeliveryFigures {
  const figures = createCounters(registry);
  const words = createWords();
  const spending = createSpending();
  for (const lane of LANES) figures.resends.inc({ lane }, 0);
  new Counter({
    name: 'ledgerbell_sms_cost_total',
    help: 'What accepted messages cost by the price table of the rules, in units of the currency',
    labelNames: ['provider', 'country', 'currency'],
    registers: [registry],
    collect() {
      this.reset();
      for (const { spent, amount } of spending.totals()) this.inc({ ...spent }, amount);
    },
  });

  function end(lane: Lane, from: AlertStatus, status: AlertStatus, reason: string): void {
    if (from !== status && ENDS.includes(status)) figures.ended.inc({ lane, status, reason });
  }

  function countAttempt({ adapter: provider, outcome, startedAt, endedAt }: AttemptResult, attempt: number): void {
    const code = words(provider, 'code' in outcome ? outcome.code : undefined);
    figures.attempts.inc({ provider, outcome: outcome.status, code });
    figures.duration.observe({ provider }, Math.max(0, endedAt - startedAt) / 1000);
    // Begins at 0, so that the first one is seen as an increase.
    figures.retries.inc({ provider }, attempt > 1 ? 1 : 0);
  }

  function countSms({ adapter: provider, claimed: { message, alert }, endedAt }: AttemptResult): void {
    if (message === undefined) return;
    const country = phoneCountry(message.to) ?? 'none';
    figures.parts.inc({ provider, country }, message.parts);
    spending.add(prices(), message.parts, { provider, country });
    latency.note([{ stage: 'accepted', alertId: alert.alertId, lane: alert.lane, at: endedAt }]);
  }

  function arrived({ alertId, lane, from, to, at, notify }: MovedAlert): void {
    if (from === to || to !== 'delivered' || notify === 'bank') return;
    latency.note([{ stage: 'delivered', alertId, lane, at }]);
  }

  return {
    settled(settled, results) {
      for (const [index, { alert, status, outcome }] of settled.entries()) {
        const result = results[index];
        if (result === undefined) continue;
        countAttempt(result, result.claimed.alert.attempts);
        if (outcome.status === 'accepted') countSms(result);
        end(alert.lane, alert.status, status, status === 'dead' ? 'attempts-exhausted' : 'rejected');
      }
    },
    ended(ended) {
      for (const { alert, verdict } of ended) end(alert.lane, alert.status, verdict.status, verdict.reason);
    },
    receiptsTaken(provider, receipts) {
      for (const { state, code, result, alert } of receipts) {
        figures.receipts.inc({ provider, state, code: words(`${provider} receipts`, code), result });
        if (alert === undefined) continue;
        end(alert.lane, alert.from, alert.to, 'receipt');
        arrived(alert);
      }
    },
    lookedInto(doubts) {
      for (const { provider, outcomes, reason, alert } of doubts) {
        for (const outcome of outcomes) figures.doubts.inc({ provider, outcome });
        if (outcomes.includes('deadline-resend')) figures.resends.inc({ lane: alert.lane });
        end(alert.lane, alert.from, alert.to, reason ?? 'look-up');
        arrived(alert);
      }
    },
    webhookPosted: ({ endpoint, outcome }) => figures.webhooks.inc({ endpoint, outcome }),
  };
}

function createCounters(registry: Registry) {
  const registers = [registry];
  return {
    attempts: new Counter({
      name: 'ledgerbell_attempts_total',
      help: 'Attempts to send, by provider, outcome and the code of it',
      labelNames: ['provider', 'outcome', 'code'],
      registers,
    }),
    duration: new Histogram({
      name: 'ledgerbell_attempt_seconds',
      help: 'How long a provider took to answer an attempt',
      labelNames: ['provider'],
      buckets: [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30],
      registers,
    }),
    retries: new Counter({
      name: 'ledgerbell_retries_total',
      help: 'Attempts that were not the first one of their alert',
      labelNames: ['provider'],
      registers,
    }),
    parts: new Counter({
      name: 'ledgerbell_sms_parts_total',
      help: 'SMS parts of messages that a provider accepted, by the country of the number',
      labelNames: ['provider', 'country'],
      registers,
    }),
    receipts: new Counter({
      name: 'ledgerbell_receipts_total',
      help: 'Receipts by provider, state and code; result says whether they were new and of a message of ours',
      labelNames: ['provider', 'state', 'code', 'result'],
      registers,
    }),
    doubts: new Counter({
      name: 'ledgerbell_doubts_total',
      help: 'Messages that may have been sent: what look-ups found and what deadlines decided',
      labelNames: ['provider', 'outcome'],
      registers,
    }),
    resends: new Counter({
      name: 'ledgerbell_resends_total',
      help: "Messages sent again although they may have been sent, by their lane's policy",
      labelNames: ['lane'],
      registers,
    }),
    ended: new Counter({
      name: 'ledgerbell_alerts_ended_total',
      help: 'Alerts that ended, by how and why',
      labelNames: ['lane', 'status', 'reason'],
      registers,
    }),
    webhooks: new Counter({
      name: 'ledgerbell_webhook_posts_total',
      help: 'Attempts to tell the bank by webhook, by what became of the webhook: delivered, pending or dead',
      labelNames: ['endpoint', 'outcome'],
      registers,
    }),
  };
}
