/** `sources test`: every mapping's examples through the very mapping that deliveries take. */
import { LedgerbellError } from '../../contracts/errors.js';
import { runSourceCase, type SourceCaseResult } from '../../core/sources/run-source-case.js';
import { loadCases, loadMapping } from '../../registry/sources.js';

export interface SourcesTest {
  results: SourceCaseResult[];
  /** What kept the examples of a mapping from running, a line each. */
  problems: string[];
}

/** @param uses names of shipped mappings, or paths read from `folder` */
export function testSources(uses: readonly string[], folder: string): SourcesTest {
  const test: SourcesTest = { results: [], problems: [] };
  for (const use of uses) {
    try {
      test.results.push(...resultsOf(use, folder));
    } catch (error) {
      if (!(error instanceof LedgerbellError)) throw error;
      test.problems.push(...error.message.split('\n'));
    }
  }
  return test;
}

function resultsOf(use: string, folder: string): SourceCaseResult[] {
  const loaded = loadMapping(use, folder);
  const found = loadCases(loaded);
  if (found === undefined) {
    throw new LedgerbellError(
      'mapping-invalid',
      `${loaded.file} has no cases.json beside it: a mapping without examples proves nothing`,
    );
  }
  return found.cases.map((read) => runSourceCase(loaded.mapping, found.document, read));
}

/** What failed, then one line that counts. */
export function renderSourcesTest({ results, problems }: SourcesTest): string {
  const failed = results.filter(({ passed }) => !passed);
  const blocks = failed.map(
    (one) => `${one.mapping}: ${one.case}\n  expected  ${indent(one.expected)}\n  got       ${indent(one.got)}\n`,
  );
  const mappings = new Set(results.map(({ mapping }) => mapping)).size;
  const count = `${results.length - failed.length} of ${results.length} cases of ${mappings} mappings passed.`;
  return [...problems, ...blocks, count].join('\n');
}

function indent(text: string): string {
  return text.replaceAll('\n', '\n            ');
}
