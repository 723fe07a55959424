/** A file of a rule set with the text it was read from, so that every problem can be shown at its line. Strict JSON only. */
import {
  findNodeAtLocation,
  getNodeValue,
  type Node,
  type ParseError,
  parseTree,
  printParseErrorCode,
} from 'jsonc-parser';

export type RuleFileKind = 'rule' | 'messages' | 'cases' | 'topics' | 'conditions' | 'texts';

export interface RuleFile {
  kind: RuleFileKind;
  /** As it is shown to the analyst. */
  file: string;
  /** The folder's name, which is the rule's; empty for files shared by all rules. */
  folder: string;
  text: string;
  /** The JSON value; undefined where the text is not strict JSON. */
  value: unknown;
  tree?: Node;
}

/** Something to mend, in the analyst's words. `error` keeps a rule set from running, `warning` does not. */
export interface Problem {
  file: string;
  /** From 1. */
  line: number;
  column: number;
  code: string;
  severity: 'error' | 'warning';
  /** What is wrong. */
  message: string;
  /** How to mend it. */
  fix: string;
}

/** Keys and list positions from the root of the file. */
export type Place = readonly (string | number)[];

const BYTE_ORDER_MARK = '\ufeff';
const DEEPEST = 64;

/** Comments, trailing commas and duplicate keys are problems: other readers of JSON would read something else. */
export function parseRuleFile(
  origin: Pick<RuleFile, 'kind' | 'file' | 'folder'>,
  source: string,
): { file: RuleFile; problems: Problem[] } {
  const text = source.startsWith(BYTE_ORDER_MARK) ? source.slice(1) : source;
  const errors: ParseError[] = [];
  const tree = parseTree(text, errors, { disallowComments: true, allowTrailingComma: false });
  const file: RuleFile = { ...origin, text, value: undefined, ...(tree === undefined ? {} : { tree }) };
  const first = errors[0];
  if (first !== undefined || tree === undefined) {
    return { file, problems: [malformed(file, first)] };
  }
  const problems = refusedKeys(file, tree, 0);
  if (problems.length === 0) file.value = getNodeValue(tree);
  return { file, problems };
}

export function problemAt(
  file: RuleFile,
  place: Place,
  problem: Pick<Problem, 'code' | 'message' | 'fix'> & { severity?: Problem['severity'] },
): Problem {
  return {
    file: file.file,
    ...positionOf(file.text, offsetOf(file, place)),
    code: problem.code,
    severity: problem.severity ?? 'error',
    message: problem.message,
    fix: problem.fix,
  };
}

/** Where a place begins, or the nearest thing around it that exists. */
function offsetOf(file: RuleFile, place: Place): number {
  if (file.tree === undefined) return 0;
  for (let length = place.length; length > 0; length -= 1) {
    const node = findNodeAtLocation(file.tree, place.slice(0, length) as (string | number)[]);
    if (node === undefined) continue;
    // A key is easier to find than its value.
    return node.parent?.type === 'property' && typeof place[length - 1] === 'string' ? node.parent.offset : node.offset;
  }
  return file.tree.offset;
}

export function positionOf(text: string, offset: number): { line: number; column: number } {
  const before = text.slice(0, offset);
  const lineStart = before.lastIndexOf('\n') + 1;
  return { line: before.split('\n').length, column: offset - lineStart + 1 };
}

const WORDS: Readonly<Record<string, [message: string, fix: string]>> = {
  InvalidCommentToken: ['JSON has no comments', 'Remove it; say it in "description" instead'],
  ValueExpected: ['a value is missing here', 'Write the value, or remove the comma before it'],
  PropertyNameExpected: ['a name in double quotes is missing here', 'Write the name, or remove the comma before it'],
  CommaExpected: ['a comma is missing before this', 'Add the comma'],
  ColonExpected: ['a colon is missing here', 'Write "name": value'],
  CloseBraceExpected: ['a } is missing', 'Close what was opened with {'],
  CloseBracketExpected: ['a ] is missing', 'Close what was opened with ['],
  EndOfFileExpected: ['there is more after the end', 'Remove what follows the last }'],
  InvalidSymbol: ['this is not JSON', 'Put texts in double quotes; write true, false or a number without'],
  UnexpectedEndOfString: ['a text is not closed', 'Add the closing double quote'],
};

function malformed(file: RuleFile, error: ParseError | undefined): Problem {
  const known = error === undefined ? undefined : WORDS[printParseErrorCode(error.error)];
  const [message, fix] = known ?? ['this is not JSON', 'Compare with a rule that works, or let an editor format it'];
  const isEmpty = file.text.trim() === '';
  return {
    file: file.file,
    ...positionOf(file.text, error?.offset ?? 0),
    code: 'json-malformed',
    severity: 'error',
    message: isEmpty ? 'the file is empty' : message,
    fix: isEmpty ? 'Write the document, or remove the file' : fix,
  };
}

function refusedKeys(file: RuleFile, node: Node, depth: number): Problem[] {
  if (depth > DEEPEST) {
    const where = positionOf(file.text, node.offset);
    return [
      {
        file: file.file,
        ...where,
        code: 'too-deep',
        severity: 'error',
        message: 'nested too deeply',
        fix: 'Simplify it',
      },
    ];
  }
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const child of node.children ?? []) {
    const key = node.type === 'object' ? child.children?.[0] : undefined;
    if (key !== undefined) {
      const name = String(key.value);
      if (seen.has(name) || name === '__proto__') problems.push(refusedKey(file, key, name, seen.has(name)));
      seen.add(name);
    }
    problems.push(...refusedKeys(file, child, depth + 1));
  }
  return problems;
}

function refusedKey(file: RuleFile, key: Node, name: string, isRepeated: boolean): Problem {
  return {
    file: file.file,
    ...positionOf(file.text, key.offset),
    code: isRepeated ? 'key-duplicate' : 'key-forbidden',
    severity: 'error',
    message: isRepeated
      ? `"${name}" is here a second time, and only the last would count`
      : `"${name}" cannot be a key`,
    fix: isRepeated ? 'Keep one of them' : 'Choose another name',
  };
}
