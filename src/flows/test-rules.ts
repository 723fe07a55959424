/** `rules test`: every rule's cases through the real `step`. */
import { type CaseResult, casesOf } from '../core/rules/rule-case.js';
import { runCase } from '../core/rules/run-case.js';
import { type Problem, type RuleSetReading, readRuleSet } from '../registry/rule-files.js';
import { checkReading } from './check-rules.js';

export interface RulesTest {
  results: CaseResult[];
  /** What kept cases from running: errors of the files. No case runs then. */
  problems: Problem[];
}

/** Runs nothing while a file has an error: a case of a half-read set proves nothing. */
export async function testRules(directories: readonly string[]): Promise<RulesTest> {
  const reading = await readRuleSet(directories);
  const problems = checkReading(reading).filter(({ severity }) => severity === 'error');
  return { problems, results: problems.length > 0 ? [] : runCases(reading) };
}

export function runCases({ source, files }: RuleSetReading): CaseResult[] {
  return files
    .filter(({ kind }) => kind === 'cases')
    .flatMap(({ folder, value }) => casesOf(value).map((example) => runCase(source, folder, example)));
}

/** Only what failed, then one line that counts. */
export function renderResults(results: readonly CaseResult[]): string {
  const failed = results.filter(({ passed }) => !passed);
  const blocks = failed.map(
    ({ rule, case: name, expected, got }) =>
      `${rule}: ${name}\n  expected  ${indent(expected)}\n  got       ${indent(got)}\n`,
  );
  const rules = new Set(results.map(({ rule }) => rule)).size;
  const passed = results.length - failed.length;
  return `${blocks.join('\n')}${blocks.length > 0 ? '\n' : ''}${passed} of ${results.length} cases of ${rules} rules passed.`;
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
