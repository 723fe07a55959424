/** `rules check` and `rules test`: what is wrong with rule files, and whether their cases pass. Neither needs a database. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import type { MeasuredText } from '../core/rules/measure-texts.js';
import { checkRules, type RulesCheck, renderProblems } from '../flows/check-rules.js';
import { renderResults, testRules } from '../flows/test-rules.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { table } from './table.js';

export function addRules(program: Command, cli: Cli): void {
  const rules = groupOf(program, 'rules', 'check, test, list and activate rules');
  rules
    .command('check')
    .description('say everything that is wrong with the rule files, and how to mend it')
    .argument('[directories...]', 'directories of rules (default: those of the configuration)')
    .action((directories: string[]) => check(cli, directories));
  rules
    .command('test')
    .description("run every rule's cases")
    .argument('[directories...]', 'directories of rules (default: those of the configuration)')
    .action((directories: string[]) => test(cli, directories));
}

async function check(cli: Cli, directories: string[]): Promise<void> {
  const options = directories.length > 0 ? {} : { senders: cli.config('keep').sms };
  const found = await checkRules(located(cli, directories), options);
  const { rules, cases, topics, errors, warnings } = found.summary;
  if (errors > 0) cli.problem();
  const summary = `${rules} rules, ${cases} cases, ${topics} topics: ${errors} errors, ${warnings} warnings.`;
  cli.show(found, () => `${renderProblems(found.problems)}${textsTable(found)}${summary}`);
}

/** Each rule and locale on a line: how many SMS, in which alphabet, at what price. */
function textsTable({ texts, currency }: RulesCheck): string {
  if (texts.length === 0) return '';
  const full = texts.filter(({ variant }) => variant === 'text');
  const priced = currency === undefined ? [] : [`Price, ${currency}`];
  const rows = full.map((text) => {
    const discreet = texts.find(
      ({ rule, locale, variant }) => variant === 'discreet' && rule === text.rule && locale === text.locale,
    );
    return [
      text.rule,
      text.locale,
      shownParts(text),
      discreet === undefined ? '' : shownParts(discreet),
      ...(text.prices === undefined ? [] : [shownPrices(text.prices)]),
    ];
  });
  return `${table(['Rule', 'Locale', 'SMS', 'Discreet', ...priced], rows, '')}\n`;
}

function shownParts({ parts, encoding }: MeasuredText): string {
  return `${parts}, ${encoding === 'gsm-7' ? 'GSM-7' : 'UCS-2'}`;
}

function shownPrices({ default: usual = '', ...countries }: Record<string, string>): string {
  return [usual, ...Object.entries(countries).map(([country, price]) => `${country} ${price}`)].join(', ');
}

async function test(cli: Cli, directories: string[]): Promise<void> {
  const { results, problems } = await testRules(located(cli, directories));
  if (problems.length > 0 || results.some(({ passed }) => !passed)) cli.problem();
  cli.show({ results, problems }, () => {
    if (problems.length === 0) return renderResults(results);
    return `${renderProblems(problems)}No case was run: mend these first.`;
  });
}

function located(cli: Cli, directories: string[]): string[] {
  return directories.length > 0
    ? directories.map((directory) => resolve(cli.io.cwd, directory))
    : cli.config('keep').rules;
}
