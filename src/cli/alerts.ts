/** `alerts list`, `alerts show` and `alerts redrive`: what was told, or is about to be, and the way of one alert from its event on. */
import type { Command } from 'commander';
import { type AlertFilter, findAlerts, traceAlert } from '../flows/find-alerts.js';
import { alertView, traceView } from '../http/alert-view.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { addRedrive } from './redrive.js';
import { cellText, sheet, shownTime, table } from './table.js';
import { LIMIT, readLimit } from './usage.js';

type Filter = Omit<AlertFilter, 'entity' | 'after' | 'customerId'> & { customer?: string };

export function addAlerts(program: Command, cli: Cli): void {
  const alerts = groupOf(program, 'alerts', 'what was told, and what was not');
  alerts
    .command('list')
    .description('alerts, newest first')
    .option('--status <status>')
    .option('--rule <rule>')
    .option('--topic <topic>')
    .option('--lane <lane>')
    .option('--customer <id>')
    .option('--limit <n>', 'how many', readLimit, LIMIT)
    .action((filter: Filter) => list(cli, filter));
  alerts
    .command('show')
    .description('one alert: event, decision, attempts and receipts')
    .argument('<id>')
    .option('--text', 'show the message too; this is audited')
    .action((id: string, { text }: { text?: boolean }) => show(cli, id, text === true));
  addRedrive(alerts, cli);
}

async function list(cli: Cli, { customer, ...filter }: Filter): Promise<void> {
  await cli.withHouse(async (house) => {
    const found = await findAlerts(house, { ...filter, customerId: customer, entity: cli.options().entity });
    const rows = found.map((alert) => {
      const { alertId, rule, customerId, notify, lane, status, reason, code, queuedAt } = alert;
      return [alertId, shownTime(queuedAt), rule, customerId ?? notify, lane, status, reason ?? code];
    });
    const head = ['id', 'made', 'rule', 'to', 'lane', 'status', 'why'];
    cli.show({ items: found.map(alertView) }, () => table(head, rows, 'No alerts.'));
  });
}

async function show(cli: Cli, alertId: string, withText: boolean): Promise<void> {
  await cli.withHouse(async (house) => {
    const view = traceView(await traceAlert(house, { alertId, actor: cli.actor(), withText }), '/v1');
    const { event, decision, alert, message, history } = view;
    cli.show(view, () => {
      const facts = {
        alert: view.id,
        rule: `${view.rule} (version ${view.ruleVersion})`,
        to: view.recipient,
        event: event && `${event.type} ${event.source} ${event.id} at ${event.time}`,
        profile: event?.profile,
        decision: [decision.outcome, decision.reason, decision.detail].filter(Boolean).join(': '),
        status: alert?.status,
        lane: alert?.lane,
        message: message && (message.text ?? 'erased'),
        parts: message?.parts,
      };
      const way = history.map(({ at, what, code }) => `  ${at}  ${cellText(what)} ${cellText(code)}`.trimEnd());
      return [sheet(facts), ...(way.length > 0 ? ['', ...way] : [])].join('\n');
    });
  });
}
