/** `evidence`: what was sent to a customer and what allowed it, as a table, as JSON, or as lines of JSON for a file. */
import type { Command } from 'commander';
import { type Evidence, readEvidence } from '../flows/evidence.js';
import { evidenceTime } from '../flows/evidence-time.js';
import type { House } from '../flows/house.js';
import { evidenceView } from '../http/evidence-view.js';
import type { Cli } from './cli.js';
import { shownTime, table } from './table.js';

const PAGE = 200;
const HEAD = ['queued', 'sent', 'delivered', 'status', 'rule', 'version', 'number', 'provider', 'consent', 'text'];

interface Options {
  customer: string;
  from?: string;
  to?: string;
  lines?: boolean;
}

export function addEvidence(program: Command, cli: Cli): void {
  program
    .command('evidence')
    .description('what was sent to a customer, when, to which number, and what allowed it')
    .requiredOption('--customer <id>', 'whose')
    .option('--from <time>', 'made at or after it: a day, or RFC 3339')
    .option('--to <time>', 'made before it; a day counts until its end')
    .option('--lines', 'one JSON document a line')
    .action((options: Options) => show(cli, options));
}

async function show(cli: Cli, { customer, from, to, lines }: Options): Promise<void> {
  const between = { from: evidenceTime('from', from), to: evidenceTime('to', to) };
  const wanted = { entity: cli.options().entity, customerId: customer, ...between, actor: cli.actor() };
  await cli.withHouse(async (house) => {
    const found: Evidence[] = [];
    for await (const page of pagesOf(house, wanted)) {
      if (lines) for (const one of page) cli.io.out(`${JSON.stringify(evidenceView(one))}\n`);
      else found.push(...page);
    }
    if (lines) return;
    const items = found.map(evidenceView);
    cli.show({ items }, () => table(HEAD, found.map(rowOf), 'Nothing was sent.'));
  });
}

/** Page by page, each with a row in the audit. */
async function* pagesOf(house: House, wanted: Omit<Parameters<typeof readEvidence>[1], 'limit'>) {
  let after: { queuedAt: number; alertId: string } | undefined;
  for (;;) {
    const page = await readEvidence(house, { ...wanted, ...(after && { after }), limit: PAGE });
    yield page;
    const last = page.at(-1)?.alert;
    if (page.length < PAGE || last === undefined) return;
    after = { queuedAt: last.queuedAt, alertId: last.alertId };
  }
}

function rowOf(evidence: Evidence): (string | undefined)[] {
  const { alert, text, phone, deliveredAt, consent } = evidence;
  const view = evidenceView(evidence);
  return [
    shownTime(alert.queuedAt),
    shownTime(alert.sentAt),
    shownTime(deliveredAt),
    alert.reason === undefined ? alert.status : `${alert.status} (${alert.reason})`,
    alert.rule,
    alert.ruleVersion.slice(0, 12),
    phone && `${view.phone?.number ?? 'erased'} (v${phone.version})`,
    alert.provider,
    consent && `${consent.granted ? 'yes' : 'no'}, no. ${consent.id}, ${shownTime(consent.at)}`,
    text ?? 'erased',
  ];
}
