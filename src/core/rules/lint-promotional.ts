/**
 * Promotions belong in the marketing lane: there a customer has agreed to them before, quiet hours and limits hold, and every
 * message has a way out. Words that sell make a text a promotion whatever else it says.
 */
import type { Lane, PromotionalException, TextPolicy } from '../../contracts/rule.js';
import type { Report } from './lint-report.js';
import { suggest } from './nearest.js';
import { promotionalIn } from './promotional-words.js';
import type { Place } from './rule-file.js';

const TAG = /\{\{.*?\}\}|\{%.*?%\}/gs;
/** What a tag can print. Texts that a value is compared with are printed nowhere. */
const PRINTS = /^\{\{|^\{%-?\s*(?:assign|capture)\b/;
const LITERAL = /'([^']*)'|"([^"]*)"/g;

export interface PromotionalScope {
  rule: { name: string; lane: Lane };
  locale: string;
  policy: TextPolicy;
}

export function lintPromotional(
  source: string,
  place: Place,
  { rule, locale, policy }: PromotionalScope,
  report: Report,
): void {
  if (rule.lane === 'marketing') return;
  const excepted = exceptionsFor(rule.name, policy).flatMap(({ words }) => words.map((word) => word.toLowerCase()));
  const words = promotionalIn(printed(source), locale, policy.promotional?.words);
  const found = words.filter((word) => !excepted.includes(word));
  if (found.length === 0) return;
  const listed = found.map((word) => `"${word}"`).join(', ');
  const message = `${listed} ${found.length === 1 ? 'makes' : 'make'} this a promotion, and promotions leave in the marketing lane only: to customers who agreed to them, with a way out`;
  const fix =
    'Set "lane": "marketing" and an opt-in topic, say it in other words, or say in texts.json under promotional.exceptions why it is none';
  report(place, { code: 'text-promotional', message, fix });
}

/** What one rule says. */
export interface RuleTexts {
  lane: Lane;
  texts: readonly { source: string; locale: string }[];
}

/** An exception is for a rule that there is, and for words that it says: none waits for a text that nobody looked at. */
export function lintExceptions(
  { promotional }: TextPolicy,
  policy: TextPolicy,
  rules: ReadonlyMap<string, RuleTexts | undefined>,
  report: Report,
): void {
  (promotional?.exceptions ?? []).forEach(({ rule, words }, index) => {
    const place = ['promotional', 'exceptions', index];
    const found = rules.get(rule);
    if (!rules.has(rule)) {
      const message = `there is no rule "${rule}"`;
      report([...place, 'rule'], { code: 'rule-unknown', message, fix: suggest(rule, [...rules.keys()]) });
      return;
    }
    if (found === undefined) return;
    const said = new Set(
      found.lane === 'marketing'
        ? []
        : found.texts.flatMap(({ source, locale }) =>
            promotionalIn(printed(source), locale, policy.promotional?.words),
          ),
    );
    words.forEach((word, position) => {
      if (said.has(word.toLowerCase())) return;
      const message = `no text of "${rule}" needs an exception for "${word}"`;
      const code = 'exception-unused';
      report([...place, 'words', position], { code, severity: 'warning', message, fix: 'Remove it' });
    });
  });
}

/** Of several files: words are added up, exceptions too. */
export function mergedPromotional(texts: readonly TextPolicy[]): NonNullable<TextPolicy['promotional']> {
  const words: Record<string, string[]> = {};
  for (const { promotional } of texts)
    for (const [language, own] of Object.entries(promotional?.words ?? {}))
      words[language] = [...(words[language] ?? []), ...own];
  return { words, exceptions: texts.flatMap(({ promotional }) => promotional?.exceptions ?? []) };
}

function exceptionsFor(rule: string, { promotional }: TextPolicy): PromotionalException[] {
  return (promotional?.exceptions ?? []).filter((one) => one.rule === rule);
}

function printed(source: string): string {
  return source.replace(TAG, (tag) =>
    PRINTS.test(tag) ? ` ${[...tag.matchAll(LITERAL)].map(([, single, double]) => single ?? double).join(' ')} ` : ' ',
  );
}
