/** `sources try` and `sources new`: what a mapping makes of a payload, and a first mapping guessed from payloads. */
import { resolve } from 'node:path';
import type { Command } from 'commander';
import { newSource } from '../flows/sources/new-source.js';
import { renderTrial, trySource } from '../flows/sources/try-source.js';
import type { Cli } from './cli.js';
import { groupOf } from './group-of.js';
import { misuse } from './usage.js';

interface TryOptions {
  mapping: string;
  header: Record<string, string>;
  query: Record<string, string>;
  parameter: Record<string, string>;
  schemas: string[];
  fetched?: string;
}

export function addSourcesTry(program: Command, cli: Cli): void {
  const sources = groupOf(program, 'sources', "platforms' own webhooks");
  sources
    .command('try')
    .description('say what a mapping makes of a payload, or which expression fails on what')
    .argument('<file>', 'the payload, as the platform sends it (.json, .xml, .form, .avro)')
    .requiredOption('--mapping <mapping>', 'a shipped mapping, or a folder of your own starting with ./')
    .option('--header <name: value>', 'a header field it came with; may be repeated', pair(':'), {})
    .option('--query <name=value>', 'a query parameter of the address; may be repeated', pair('='), {})
    .option('--parameter <name=value>', 'a parameter of the mapping; may be repeated', pair('='), {})
    .option('--schemas <folder>', 'the .avsc files that a payload of Avro was written with; may be repeated', all, [])
    .option('--fetched <file>', 'JSON with what fetches answer, by name')
    .action((file: string, options: TryOptions) => attempt(cli, file, options));
  sources
    .command('new')
    .description('start a mapping from payloads')
    .argument('<name>', 'its folder, made here')
    .argument('<payloads...>', 'JSON files')
    .action((name: string, files: string[]) => create(cli, name, files));
}

function attempt(cli: Cli, file: string, { mapping, header, query, parameter, schemas, fetched }: TryOptions): void {
  const { cwd } = cli.io;
  const items = trySource({
    ...{ file: resolve(cwd, file), mapping, folder: cwd, headers: header, query, now: Date.now() },
    parameters: Object.fromEntries(Object.entries(parameter).map(([name, value]) => [name, plain(value)])),
    ...(schemas.length === 0 ? {} : { schemas: schemas.map((folder) => resolve(cwd, folder)) }),
    ...(fetched === undefined ? {} : { fetched: resolve(cwd, fetched) }),
  });
  if (items.some(({ refused }) => refused.length > 0)) cli.problem();
  cli.show({ items }, () => renderTrial(items));
}

function create(cli: Cli, name: string, files: string[]): void {
  const { cwd } = cli.io;
  const made = newSource(
    name,
    files.map((file) => resolve(cwd, file)),
    cwd,
  );
  const next = `ledgerbell sources try ${files[0]} --mapping ./${name}`;
  const lacking =
    made.missing.length === 0 ? '' : `Not found in the payloads, and to be written: ${made.missing.join(', ')}.\n`;
  cli.show(made, () => `${name}/mapping.json and ${name}/cases.json are a guess to correct.\n${lacking}Next: ${next}`);
}

/** Collects `name=value`. */
function pair(separator: string): (text: string, known: Record<string, string>) => Record<string, string> {
  return (text, known) => {
    const at = text.indexOf(separator);
    if (at < 1) throw misuse(`Write it as name${separator}value`);
    return { ...known, [text.slice(0, at).trim()]: text.slice(at + 1).trim() };
  };
}

function all(folder: string, known: string[]): string[] {
  return [...known, folder];
}

/** A parameter that is true or false. */
function plain(value: string): string | boolean {
  return value === 'true' || value === 'false' ? value === 'true' : value;
}
