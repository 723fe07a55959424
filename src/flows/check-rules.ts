/** `rules check`: everything that is wrong with a rule set, where, and how to mend it. */
import { type LintOptions, lintRuleSet } from '../core/rules/lint.js';
import { type MeasuredText, measureTexts } from '../core/rules/measure-texts.js';
import { casesOf } from '../core/rules/rule-case.js';
import { compileRuleSet, RuleSetInvalid } from '../core/rules/rule-set.js';
import { type Problem, type RuleSetReading, readRuleSet } from '../registry/rule-files.js';

export interface RulesCheck {
  problems: Problem[];
  /** Parts and price of every text; empty while anything is an error. */
  texts: MeasuredText[];
  currency?: string;
  summary: { rules: number; cases: number; topics: number; errors: number; warnings: number };
}

export async function checkRules(directories: readonly string[], options: LintOptions = {}): Promise<RulesCheck> {
  const reading = await readRuleSet(directories);
  const problems = checkReading(reading, options);
  const errors = problems.filter(({ severity }) => severity === 'error').length;
  const cases = reading.files.filter(({ kind }) => kind === 'cases').flatMap(({ value }) => casesOf(value));
  return {
    problems,
    texts: errors > 0 ? [] : measureTexts(reading.source),
    currency: reading.source.texts?.prices?.currency,
    summary: {
      rules: reading.source.rules.length,
      cases: cases.length,
      topics: Object.keys(reading.source.topics).length,
      errors,
      warnings: problems.length - errors,
    },
  };
}

/** The problems of a reading: its own, the linter's, and (where those found no error) the compiler's, which has the last word. */
export function checkReading(reading: RuleSetReading, options: LintOptions = {}): Problem[] {
  const problems = [...reading.problems, ...lintRuleSet(reading.files, options)];
  if (!problems.some(({ severity }) => severity === 'error')) problems.push(...compilerProblems(reading));
  return problems.sort(byPlace);
}

function compilerProblems({ source, files }: RuleSetReading): Problem[] {
  try {
    compileRuleSet(source);
    return [];
  } catch (error) {
    if (!(error instanceof RuleSetInvalid)) throw error;
    return error.problems.map(({ rule, code, message }) => ({
      file: files.find(({ kind, folder }) => kind === 'rule' && folder === rule)?.file ?? rule,
      line: 1,
      column: 1,
      code,
      severity: 'error',
      message,
      fix: 'Compare with a rule that works',
    }));
  }
}

function byPlace(a: Problem, b: Problem): number {
  if (a.file !== b.file) return a.file < b.file ? -1 : 1;
  return a.line - b.line || a.column - b.column;
}

/** `file:line:column`, what, and how to mend it; empty where nothing is wrong. */
export function renderProblems(problems: readonly Problem[]): string {
  return problems
    .map(({ file, line, column, severity, code, message, fix }) => {
      return `${file}:${line}:${column}  ${severity}  ${message}  [${code}]\n    ${fix}\n`;
    })
    .join('');
}
