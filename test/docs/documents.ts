/** What the documents name: paths in backticks, and rows of tables. */
import { readdirSync, readFileSync } from 'node:fs';

/** Every page that people read, those of other folders of docs included. */
export function pages(): string[] {
  const inDocs = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.md'));
  return ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', ...inDocs.map((name) => `docs/${name}`)];
}

export function textOf(page: string): string {
  return readFileSync(page, 'utf8');
}

const TOP = 'src|docs|rules|schemas|adapters|examples|test|scripts|\\.ci';
const PATH = new RegExp(`\`((?:${TOP})(?:/[\\w@.-]+)*)\``, 'g');
const FILE = /`((?:package|plugin|tsconfig|biome)\.json|[A-Z]+\.md)`/g;

/** Paths in backticks, also on diagrams; those with a placeholder such as `<name>` are none. */
export function pathsIn(text: string): string[] {
  const inDiagrams = [...text.matchAll(/(?<![\w/])(src\/[\w./-]+\w)/g)].map(([, path]) => path as string);
  const inBackticks = [...text.matchAll(PATH), ...text.matchAll(FILE)].map(([, path]) => path as string);
  return [...new Set([...inBackticks, ...inDiagrams])].filter((path) => !path.includes('NNNN'));
}

/** The first cell, in backticks, of each row between a heading and the next. */
export function rowsBelow(text: string, heading: string): string[] {
  const section = text.split(`\n## ${heading}\n`)[1]?.split('\n## ')[0] ?? '';
  return [...section.matchAll(/^\| `([^`]+)` \|/gm)].map(([, cell]) => cell as string);
}
