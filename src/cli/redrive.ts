/** `alerts redrive`: sends alerts again that were given up, refused, or may have been sent. */
import { Presets, SingleBar } from 'cli-progress';
import type { Command } from 'commander';
import {
  countToRedrive,
  REDRIVABLE,
  type RedriveFilter,
  redriveAlert,
  redriveAlerts,
} from '../flows/redrive-alerts.js';
import type { Cli } from './cli.js';
import type { Io } from './io.js';
import { misuse, readCount } from './usage.js';

type Options = Omit<RedriveFilter, 'entity' | 'queuedFrom'> & { reason?: string; limit?: number };

export function addRedrive(alerts: Command, cli: Cli): void {
  alerts
    .command('redrive')
    .description('send one alert again, or all that match')
    .argument('[id]', 'of one alert')
    .option('--status <status>', REDRIVABLE.join(', '), 'dead')
    .option('--rule <rule>')
    .option('--topic <topic>')
    .option('--lane <lane>')
    .option('--provider <name>', 'the adapter of the last attempt')
    .option('--code <code>', 'what the provider said last')
    .option('--limit <n>', 'at most so many', readCount)
    .option('--reason <text>', 'for the audit')
    .action((id: string | undefined, options: Options) => redrive(cli, id, options));
}

async function redrive(cli: Cli, alertId: string | undefined, options: Options): Promise<void> {
  const { reason = '', limit, ...filter } = options;
  if (reason.trim() === '') throw misuse('Say why: --reason "..."');
  if (!REDRIVABLE.some((status) => status === filter.status)) {
    throw misuse(`--status must be one of ${REDRIVABLE.join(', ')}`);
  }
  await cli.withHouse(async (house) => {
    const actor = cli.actor();
    if (alertId !== undefined) {
      const answer = await redriveAlert(house, { alertId, reason, actor });
      return cli.show(answer, () => 'The alert is queued again.');
    }
    const matching = { ...filter, entity: cli.options().entity };
    const most = Math.min(limit ?? Number.POSITIVE_INFINITY, await countToRedrive(house, matching));
    const progress = bar(cli.io, most, cli.options().json === true);
    const request = { filter: matching, limit: most, reason, actor, onProgress: progress.show };
    const answer = await redriveAlerts(house, request).finally(progress.stop);
    cli.show(answer, () => `${answer.redriven} alerts are queued again; ${answer.remaining} match still.`);
  });
}

/** On a terminal only, beside the data. */
function bar({ isTerminal }: Io, total: number, quiet: boolean): { show(done: number): void; stop(): void } {
  if (!isTerminal || quiet || total === 0) return { show() {}, stop() {} };
  const shown = new SingleBar({ format: '{bar} {value} of {total}', stream: process.stderr }, Presets.rect);
  shown.start(total, 0);
  return { show: (done) => shown.update(done), stop: () => shown.stop() };
}
