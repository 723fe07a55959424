/** Figures for operators, in Prometheus' format. No label ever holds an account, a customer or a number. */
import { Counter, Gauge, Registry } from 'prom-client';
import type { Settled } from './flows/deliver/settle.js';
import type { CommitSummary } from './flows/ingest/settings.js';

export interface Metrics {
  registry: Registry;
  committed(summary: CommitSummary): void;
  settled(settled: readonly Settled[]): void;
}

/** `gauges` are asked when somebody looks. */
export function createMetrics(gauges: {
  waiting(): number;
  alerts(): Promise<{ status: string; lane: string; count: number }[]>;
}): Metrics {
  const registry = new Registry();
  const registers = [registry];
  const events = new Counter({
    name: 'ledgerbell_events_total',
    help: 'Events taken, by what became of them: accepted, duplicate or rejected',
    labelNames: ['status'],
    registers,
  });
  const decisions = new Counter({
    name: 'ledgerbell_decisions_total',
    help: 'Decisions by rule and outcome: alert, or the reason why not',
    labelNames: ['rule', 'outcome'],
    registers,
  });
  const attempts = new Counter({
    name: 'ledgerbell_attempts_total',
    help: 'Attempts to send, by the outcome that the adapter saw',
    labelNames: ['outcome'],
    registers,
  });
  new Gauge({
    name: 'ledgerbell_events_waiting',
    help: 'Events taken and not yet committed',
    registers,
    collect() {
      this.set(gauges.waiting());
    },
  });
  new Gauge({
    name: 'ledgerbell_alerts',
    help: 'Alerts in the outbox, by status and lane',
    labelNames: ['status', 'lane'],
    registers,
    async collect() {
      this.reset();
      for (const { status, lane, count } of await gauges.alerts()) this.set({ status, lane }, count);
    },
  });
  return {
    registry,
    committed(summary) {
      events.inc({ status: 'accepted' }, summary.events);
      events.inc({ status: 'duplicate' }, summary.duplicates);
      events.inc({ status: 'rejected' }, summary.rejected.length);
      for (const { rule, outcome } of summary.decisions) decisions.inc({ rule, outcome });
    },
    settled(settled) {
      for (const { outcome } of settled) attempts.inc({ outcome: outcome.status });
    },
  };
}
