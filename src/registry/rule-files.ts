/**
 * Reads rule folders: `<directory>/<name>/{rule,messages,cases}.json`, `<directory>/topics.json`, `conditions.json` and
 * `texts.json`.
 * Several directories add up. A watcher calls it until two readings in a row have the same hash, and so never runs a
 * set of which only half was written.
 */
import { createHash } from 'node:crypto';
import type { Dirent } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { Condition, RuleDocument, TextPolicy, Topic } from '../contracts/rule.js';
import { isObject, readMessages } from '../core/rules/read-messages.js';
import { type Problem, parseRuleFile, problemAt, type RuleFile, type RuleFileKind } from '../core/rules/rule-file.js';
import type { RuleSetSource, RuleSource } from '../core/rules/rule-set.js';

export type { Problem, RuleFile };
export { readMessages };

export interface RuleSetReading {
  /** The rules that could be read; run it only where no problem is an error. */
  source: RuleSetSource;
  files: RuleFile[];
  problems: Problem[];
  /** SHA-256 over names and bytes of all files, hex: equal for equal readings. */
  hash: string;
}

const IN_FOLDER: readonly RuleFileKind[] = ['rule', 'messages', 'cases'];
const SHARED: readonly RuleFileKind[] = ['topics', 'conditions', 'texts'];

/** Never throws for what is in the files, nor for a directory that is not there: both are problems. */
export async function readRuleSet(directories: readonly string[]): Promise<RuleSetReading> {
  const hash = createHash('sha256');
  const reading: RuleSetReading = {
    source: { rules: [], topics: {}, conditions: {} },
    files: [],
    problems: [],
    hash: '',
  };
  for (const directory of directories) await readDirectory(directory, reading, hash);
  return { ...reading, hash: hash.digest('hex') };
}

type Hash = ReturnType<typeof createHash>;

async function readDirectory(directory: string, reading: RuleSetReading, hash: Hash): Promise<void> {
  const entries = await listDirectory(directory);
  if (entries === undefined) {
    reading.problems.push(missing(directory, 'rules-missing', 'there is no such directory', 'Check its name'));
    return;
  }
  for (const kind of SHARED) {
    const file = await readOne({ kind, file: join(directory, `${kind}.json`), folder: '' }, reading, hash);
    if (file !== undefined) addShared(file, reading);
  }
  const folders = entries.filter((entry) => entry.isDirectory() && !entry.name.startsWith('.')).map(({ name }) => name);
  for (const folder of folders.sort()) await readFolder(directory, folder, reading, hash);
}

async function readFolder(directory: string, folder: string, reading: RuleSetReading, hash: Hash): Promise<void> {
  const found: Partial<Record<RuleFileKind, RuleFile>> = {};
  for (const kind of IN_FOLDER) {
    found[kind] = await readOne({ kind, file: join(directory, folder, `${kind}.json`), folder }, reading, hash);
  }
  if (found.rule === undefined) {
    const path = join(directory, folder, 'rule.json');
    reading.problems.push(
      missing(path, 'file-missing', 'the folder has no rule.json', 'Add it, or move the folder away'),
    );
    return;
  }
  const rule = ruleOf(found.rule, reading);
  if (rule === undefined) return;
  const messages = readMessages(found.messages?.value, messageName(rule));
  reading.source.rules.push({ rule, messages } satisfies RuleSource);
}

/** The document, if it is shaped enough like a rule to be looked at further. */
function ruleOf(file: RuleFile, reading: RuleSetReading): RuleDocument | undefined {
  if (!isObject(file.value)) return undefined;
  const rule = file.value as unknown as RuleDocument;
  if (rule.name !== file.folder) {
    reading.problems.push(
      problemAt(file, ['name'], {
        code: 'name-differs',
        message: `the rule is named ${JSON.stringify(rule.name)}, and its folder "${file.folder}"`,
        fix: 'Give both the same name',
      }),
    );
  }
  if (reading.source.rules.some((known) => known.rule.name === rule.name)) {
    reading.problems.push(
      problemAt(file, ['name'], {
        code: 'rule-duplicate',
        message: `another rule is named "${rule.name}"`,
        fix: 'Rename one of them; a rule does not replace another',
      }),
    );
    return undefined;
  }
  return rule;
}

function addShared(file: RuleFile, reading: RuleSetReading): void {
  if (!isObject(file.value)) return;
  if (file.kind === 'texts') {
    addTexts(file, file.value as TextPolicy, reading);
    return;
  }
  const target = file.kind === 'topics' ? reading.source.topics : reading.source.conditions;
  for (const [name, value] of Object.entries(file.value)) {
    if (name === '$schema') continue;
    if (Object.hasOwn(target, name)) {
      reading.problems.push(
        problemAt(file, [name], {
          code: file.kind === 'topics' ? 'topic-duplicate' : 'condition-duplicate',
          message: `"${name}" is already in another directory`,
          fix: 'Keep one of them',
        }),
      );
    } else target[name] = value as Topic & Condition;
  }
}

/** Hosts and numbers of several directories add up; prices are one table. */
function addTexts(file: RuleFile, { links, phones, prices }: TextPolicy, reading: RuleSetReading): void {
  const known = reading.source.texts ?? {};
  if (prices !== undefined && known.prices !== undefined) {
    const message = 'prices are already in another directory';
    reading.problems.push(problemAt(file, ['prices'], { code: 'prices-duplicate', message, fix: 'Keep one of them' }));
  }
  reading.source.texts = {
    links: [...(known.links ?? []), ...(links ?? [])],
    phones: [...(known.phones ?? []), ...(phones ?? [])],
    ...((known.prices ?? prices) === undefined ? {} : { prices: known.prices ?? prices }),
  };
}

async function readOne(
  origin: Pick<RuleFile, 'kind' | 'file' | 'folder'>,
  reading: RuleSetReading,
  hash: Hash,
): Promise<RuleFile | undefined> {
  let text: string;
  try {
    text = await readFile(origin.file, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    reading.problems.push(missing(origin.file, 'file-unreadable', 'the file cannot be read', 'Check its permissions'));
    return undefined;
  }
  hash.update(`${origin.file}\0${Buffer.byteLength(text)}\0`).update(text);
  const { file, problems } = parseRuleFile(origin, text);
  reading.files.push(file);
  reading.problems.push(...problems);
  return file;
}

async function listDirectory(directory: string): Promise<Dirent[] | undefined> {
  try {
    return await readdir(directory, { withFileTypes: true });
  } catch {
    return undefined;
  }
}

function missing(path: string, code: string, what: string, fix: string): Problem {
  return { file: path, line: 1, column: 1, code, severity: 'error', message: `${what}: ${basename(path)}`, fix };
}

function messageName(rule: RuleDocument): string {
  const name: unknown = rule.event?.params?.message;
  return typeof name === 'string' ? name : '';
}
