/** The parameters of `history`: what is measured, over which events, how far back. */
import { EXTERNAL_EVENT_TYPES } from '../../contracts/event.js';
import { parseDuration } from '../event/duration.js';
import { checkHistory } from '../facts/history.js';
import { pathsOf, schemaAt } from './event-paths.js';
import { type Report, tryReport } from './lint-report.js';
import { nearest, suggest } from './nearest.js';
import { parsePath } from './path.js';
import { isObject } from './read-messages.js';
import type { Place } from './rule-file.js';
import { kindOfFact, wordsOf } from './value-kinds.js';

const DEFAULT_TYPES = ['transaction.posted', 'transaction.authorised'];
const TYPES: readonly string[] = EXTERNAL_EVENT_TYPES;

export function lintHistory(params: Readonly<Record<string, unknown>>, place: Place, report: Report): void {
  tryReport(report, place, 'See docs/rules/history.md', () => checkHistory(params));
  lintWindow(params.window, place, report);
  const types = lintTypes(params.on, place, report);
  if (params.of !== undefined) lintDataPath(params.of, [...place, 'of'], types, report);
  if (params.same !== undefined) lintSame(params.same, [...place, 'same'], types, report);
  if (params.where !== undefined) lintWhere(params.where, [...place, 'where'], types, report);
  if (params.times !== undefined && !isPositive(params.times)) {
    report([...place, 'times'], {
      code: 'history-invalid',
      message: '"times" must be a number above nought',
      fix: 'Write 3 or "2.5"',
    });
  }
}

function lintSame(same: unknown, place: Place, types: readonly string[], report: Report): void {
  if (!lintDataPath(same, place, types, report)) return;
  if (kindOfFact({ fact: 'transaction', path: `$.${same}` }, { types }) !== 'money') return;
  report(place, {
    code: 'where-on-money',
    message: '"same" asks for equal values, and amounts are written in many ways',
    fix: 'Compare the amount in a condition of its own',
  });
}

function isPositive(times: unknown): boolean {
  return /^\d{1,15}(\.\d{1,15})?$/.test(String(times)) && Number(times) > 0;
}

function lintWindow(window: unknown, place: Place, report: Report): void {
  if (window === 'all') return;
  if (window === undefined) {
    report(place, { code: 'history-invalid', message: 'the history has no "window"', fix: 'Add "window": "PT24H"' });
    return;
  }
  tryReport(report, [...place, 'window'], 'Write "PT24H", "P7D" or "all"', () => parseDuration(window));
}

/** The event types that count. */
function lintTypes(on: unknown, place: Place, report: Report): readonly string[] {
  if (on === undefined) return DEFAULT_TYPES;
  if (!Array.isArray(on) || on.length === 0) {
    report([...place, 'on'], {
      code: 'history-invalid',
      message: '"on" must be a list of event types',
      fix: 'Write ["transaction.posted"]',
    });
    return DEFAULT_TYPES;
  }
  on.forEach((type, index) => {
    if (TYPES.includes(type)) return;
    report([...place, 'on', index], {
      code: 'event-type-unknown',
      message: `there is no event type ${JSON.stringify(type)}`,
      fix: suggest(String(type), TYPES),
    });
  });
  return on.filter((type) => TYPES.includes(type));
}

function lintDataPath(written: unknown, place: Place, types: readonly string[], report: Report): boolean {
  if (typeof written !== 'string' || written.startsWith('$')) {
    report(place, {
      code: 'path-unsupported',
      message: 'here a path is written without "$."',
      fix: 'Write "amount" or "merchant.country"',
    });
    return false;
  }
  const plain = tryReport(report, place, 'Write "amount" or "merchant.country"', () => parsePath(`$.${written}`));
  if (plain === undefined) return false;
  if (types.some((type) => schemaAt(type, written) !== undefined)) return true;
  const close = nearest(written, types.flatMap(pathsOf));
  report(place, {
    code: 'path-unlisted',
    severity: close === undefined ? 'warning' : 'error',
    message: `no event schema lists "${written}"`,
    fix: close === undefined ? "Leave it if it is your core system's own" : `Did you mean "${close}"?`,
  });
  return close === undefined;
}

function lintWhere(where: unknown, place: Place, types: readonly string[], report: Report): void {
  if (!isObject(where)) {
    report(place, {
      code: 'history-invalid',
      message: '"where" must be an object',
      fix: 'Write { "direction": "debit" }',
    });
    return;
  }
  for (const [path, wanted] of Object.entries(where)) {
    const at = [...place, path];
    if (!lintDataPath(path, at, types, report)) continue;
    for (const value of Array.isArray(wanted) ? wanted : [wanted]) lintWanted(path, value, at, types, report);
  }
}

function lintWanted(path: string, value: unknown, place: Place, types: readonly string[], report: Report): void {
  const reference = { fact: 'transaction', path: `$.${path}` };
  const words = wordsOf(reference, { types });
  const kind = kindOfFact(reference, { types });
  const message = `${path} is never ${JSON.stringify(value)}`;
  if (kind === 'money') {
    report(place, {
      code: 'where-on-money',
      message: '"where" asks for equal values, and amounts are written in many ways',
      fix: 'Compare the amount in a condition of its own',
    });
  } else if (!['string', 'number', 'boolean'].includes(typeof value)) {
    report(place, {
      code: 'history-invalid',
      message: '"where" takes texts, numbers, true or false',
      fix: 'Write "debit" or ["card", "fee"]',
    });
  } else if ((kind === 'text' && typeof value !== 'string') || (kind === 'number' && typeof value !== 'number')) {
    report(place, {
      code: 'kinds-differ',
      message,
      fix: kind === 'text' ? 'Put it in double quotes' : 'Write a number',
    });
  } else if (words instanceof RegExp ? !words.test(String(value)) : words?.includes(String(value)) === false) {
    report(place, {
      code: 'value-never',
      message,
      fix: words instanceof RegExp ? `It looks like ${words.source}` : suggest(String(value), words ?? []),
    });
  }
}
