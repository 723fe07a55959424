/** What the demo tells at its end: events, alerts by rule, and why the others stayed silent. */
import Table from 'cli-table3';
import type { ReceivedAnswer } from '../../flows/receive.js';

export interface Summary {
  add(answer: ReceivedAnswer): void;
  /** One SMS was printed. */
  sms(): void;
  render(): string;
  /** An event that alerted, to be explained. */
  example(): string | undefined;
}

export function createSummary(): Summary {
  const startedAt = performance.now();
  const alerts = new Map<string, number>();
  const reasons = new Map<string, number>();
  let events = 0;
  let sms = 0;
  let example: string | undefined;
  return {
    add({ results }) {
      for (const result of results) {
        events += 1;
        if (result.status === 'rejected') continue;
        for (const { rule, status, reason } of result.alerts) {
          if (status === 'suppressed') count(reasons, `${reason} (${rule})`);
          else count(alerts, rule);
          if (status === 'queued' && rule === 'low-balance') example = result.id;
          if (status === 'queued') example ??= result.id;
        }
      }
    },
    sms() {
      sms += 1;
    },
    example: () => example,
    render() {
      const seconds = (performance.now() - startedAt) / 1000;
      const made = tableOf(['alerts made by transactions', ''], alerts);
      const silent = tableOf(['conditions held, and yet silent because', ''], reasons);
      return `\n${events} transactions in ${seconds.toFixed(1)} s, ${sms} SMS\n${made}\n${silent}\n`;
    },
  };
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}

function tableOf(head: string[], counts: ReadonlyMap<string, number>): string {
  const table = new Table({ head, colAligns: ['left', 'right'], style: { head: [], border: [] } });
  for (const [name, number] of [...counts].sort((a, b) => b[1] - a[1])) table.push([name, number]);
  return table.toString();
}
