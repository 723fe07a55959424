/** Events on their way in: what became of them, what the rules said, and how commits do. */
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import type { CommitSummary } from '../flows/ingest/settings.js';
import type { Watch } from '../flows/watch.js';

export interface IngestFigures extends Pick<Watch, 'eventsRefused' | 'sourceIgnored' | 'requestRefused'> {
  /** `milliseconds`: absent where the commit was the host's own. */
  committed(summary: CommitSummary, milliseconds?: number): void;
  commitFailed(): void;
}

export function createIngestFigures(registry: Registry, waiting: () => number): IngestFigures {
  const registers = [registry];
  const events = new Counter({
    name: 'ledgerbell_events_total',
    help: 'Events taken, by what became of them: accepted, duplicate or rejected',
    labelNames: ['status'],
    registers,
  });
  const rejected = new Counter({
    name: 'ledgerbell_events_rejected_total',
    help: 'Events rejected, by the code of the answer',
    labelNames: ['code'],
    registers,
  });
  const ignored = new Counter({
    name: 'ledgerbell_source_ignored_total',
    help: "What platforms sent and a mapping made nothing of, by the mapping's own reason",
    labelNames: ['source', 'reason'],
    registers,
  });
  const requests = new Counter({
    name: 'ledgerbell_requests_refused_total',
    help: 'Requests for events that were refused as a whole, by the code of the answer',
    labelNames: ['code'],
    registers,
  });
  const decisions = new Counter({
    name: 'ledgerbell_decisions_total',
    help: 'Decisions by rule and outcome: alert, or the reason why not',
    labelNames: ['rule', 'outcome'],
    registers,
  });
  const duration = new Histogram({
    name: 'ledgerbell_commit_seconds',
    help: 'How long a commit of events took',
    buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers,
  });
  const size = new Histogram({
    name: 'ledgerbell_commit_events',
    help: 'Events of a commit, duplicates and rejected ones included',
    buckets: [1, 2, 4, 8, 16, 32, 64, 128, 256],
    registers,
  });
  const failures = new Counter({
    name: 'ledgerbell_commit_failures_total',
    help: 'Commits of events that were rolled back; their senders send again',
    registers,
  });
  new Gauge({
    name: 'ledgerbell_events_waiting',
    help: 'Events taken and not yet committed',
    registers,
    collect() {
      this.set(waiting());
    },
  });
  for (const status of ['accepted', 'duplicate', 'rejected']) events.inc({ status }, 0);

  function reject(codes: readonly string[]): void {
    events.inc({ status: 'rejected' }, codes.length);
    for (const code of codes) rejected.inc({ code });
  }

  return {
    eventsRefused: reject,
    sourceIgnored(source, reasons) {
      for (const [reason, count] of reasons) ignored.inc({ source, reason }, count);
    },
    requestRefused: (code) => requests.inc({ code }),
    committed(summary, milliseconds) {
      events.inc({ status: 'accepted' }, summary.events);
      events.inc({ status: 'duplicate' }, summary.duplicates);
      reject(summary.rejected);
      for (const { rule, outcome } of summary.decisions) decisions.inc({ rule, outcome });
      if (milliseconds === undefined) return;
      duration.observe(milliseconds / 1000);
      size.observe(summary.events + summary.duplicates + summary.rejected.length);
    },
    commitFailed: () => failures.inc(),
  };
}
