/** messages.json: every locale has the message, its texts can always be written, and the discreet one is discreet. */

import { lintPromotional } from './lint-promotional.js';
import type { Report } from './lint-report.js';
import { lintText, measureSample, sensitiveIn, type TextScope } from './lint-text.js';
import { lintBrowserLine, lintTypography } from './lint-typography.js';
import { lintWording } from './lint-wording.js';
import { suggest } from './nearest.js';
import { readMessages } from './read-messages.js';
import type { Place } from './rule-file.js';

/** What the texts of one rule are judged by. */
export type MessagesScope = Omit<TextScope, 'locale'>;

/** Returns every value that the texts name. */
export function lintMessages(
  document: unknown,
  { rule, known, policy }: MessagesScope,
  report: Report,
): ReadonlySet<string> {
  const name = rule.event.params.message;
  const messages = readMessages(document, name);
  const used = new Set<string>();
  if (!Object.hasOwn(messages, 'en')) {
    const message =
      'there is no "en": customers with a language of their own that is missing get whichever comes first';
    report([], { code: 'locale-missing', severity: 'warning', message, fix: 'Add English texts' });
  }
  for (const [locale, texts] of Object.entries(messages)) {
    const found = texts[name];
    if (found === undefined) {
      const message = `"${locale}" has no message "${name}", which the rule sends`;
      report([locale], { code: 'message-missing', message, fix: suggest(name, Object.keys(texts)) });
      continue;
    }
    reportUnused(locale, Object.keys(texts), name, report);
    const scope = { rule, known, policy, locale };
    for (const variable of lintOne(found.text, [locale, name, 'text'], scope, report)) used.add(variable);
    lintDiscreet(found, [locale, name], scope, report);
  }
  return used;
}

function lintOne(source: string, place: Place, scope: TextScope, report: Report): string[] {
  lintWording(source, scope.rule.lane, scope.policy, place, report);
  lintPromotional(source, place, scope, report);
  lintTypography(source, place, report);
  lintBrowserLine(source, scope.rule.lane, place, report);
  const text = lintText(source, place, scope, report);
  if (text === undefined) return [];
  const { parts, encoding } = measureSample(text, scope);
  if (parts > 1) {
    const why = encoding === 'ucs-2' ? '; a letter outside GSM-7 makes each part 67 characters' : '';
    const message = `the text takes ${parts} SMS with ordinary values${why}`;
    report(place, { code: 'text-parts', severity: 'warning', message, fix: 'Shorten it to one' });
  }
  return text.variables();
}

function lintDiscreet(
  { text, discreet }: { text: string; discreet?: string },
  place: Place,
  scope: TextScope,
  report: Report,
): void {
  const fix = 'Add "discreet": a text without balance, payee or debt';
  if (discreet === undefined) {
    const message = 'there is no discreet text for lock screens and joint accounts';
    const revealed = revealedBy(text, scope, place);
    if (revealed.length === 0) report(place, { code: 'discreet-missing', severity: 'warning', message, fix });
    else
      report(place, {
        code: 'discreet-missing',
        message: `${message}, and the text shows ${revealed.join(', ')}`,
        fix,
      });
    return;
  }
  lintOne(discreet, [...place, 'discreet'], scope, report);
  for (const name of revealedBy(discreet, scope, place)) {
    const message = `the discreet text shows "${name}"`;
    report([...place, 'discreet'], {
      code: 'discreet-reveals',
      message,
      fix: 'Leave it out: lock screens are read by others',
    });
  }
}

function revealedBy(source: string, scope: TextScope, place: Place): string[] {
  // Faults of the text itself are reported where it is linted.
  const text = lintText(source, place, { ...scope, rule: { ...scope.rule, on: [] } }, () => {});
  return text === undefined ? [] : sensitiveIn(text, scope.rule);
}

function reportUnused(locale: string, names: readonly string[], wanted: string, report: Report): void {
  for (const name of names) {
    if (name === wanted) continue;
    const message = `nothing sends the message "${name}"`;
    report([locale, name], { code: 'message-unused', severity: 'warning', message, fix: 'Remove it' });
  }
}
