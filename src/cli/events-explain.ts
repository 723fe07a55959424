/** `events explain`: why an event made, or did not make, an SMS, condition by condition. */
import type { Command } from 'commander';
import type { ConditionTrace, RuleTrace } from '../core/explain.js';
import { explainEvent } from '../flows/explain-event.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { cellText } from './table.js';

export function addEventsExplain(program: Command, cli: Cli): void {
  groupOf(program, 'events', 'events that came in')
    .command('explain')
    .description('every rule that looked at an event, what each condition saw, and why it told or stayed silent')
    .argument('<source>')
    .argument('<id>')
    .action((source: string, id: string) => explain(cli, source, id));
}

async function explain(cli: Cli, source: string, id: string): Promise<void> {
  await cli.withHouse(async (house) => {
    const explained = await explainEvent(house, { entity: cli.options().entity, source, id });
    cli.show(explained, () => {
      const { event, ruleSet, counts, rules } = explained;
      const head = `${event.type} ${cellText(event.id)} at ${event.time}, rule set ${ruleSet}`;
      const tally = `${counts.active} rules listened, ${counts.held} held, ${counts.failed} could not be told`;
      return [head, tally, '', ...rules.map(ruleText)].join('\n');
    });
  });
}

function ruleText(trace: RuleTrace): string {
  const whom = trace.recipient === undefined ? '' : ` for ${cellText(trace.recipient)}`;
  const why = trace.reason === undefined ? '' : `: ${trace.reason}`;
  const detail = trace.detail === undefined ? '' : ` (${cellText(trace.detail)})`;
  return [`${trace.rule}${whom}: ${trace.outcome}${why}${detail}`, ...conditionLines(trace.conditions, 1), ''].join(
    '\n',
  );
}

const MARKS = { true: '+', false: '-', unknown: '?' } as const;

function conditionLines(trace: ConditionTrace, depth: number): string[] {
  const indent = '  '.repeat(depth);
  const mark = MARKS[`${trace.result}`];
  if ('all' in trace) return [`${indent}${mark} all of`, ...trace.all.flatMap((one) => conditionLines(one, depth + 1))];
  if ('any' in trace) return [`${indent}${mark} any of`, ...trace.any.flatMap((one) => conditionLines(one, depth + 1))];
  if ('not' in trace) return [`${indent}${mark} not`, ...conditionLines(trace.not, depth + 1)];
  const what = `${trace.fact}${trace.path === undefined ? '' : trace.path.slice(1)}`;
  const params = trace.params === undefined ? '' : ` ${JSON.stringify(trace.params)}`;
  const saw = trace.saw.left === undefined ? 'not known' : JSON.stringify(trace.saw.left);
  const against = trace.saw.right === undefined ? 'not known' : JSON.stringify(trace.saw.right);
  return [cellText(`${indent}${mark} ${what}${params} ${trace.operator} ${against}, saw ${saw}`)];
}
