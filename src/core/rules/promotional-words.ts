/** Which words of a text make it a promotion: `promotional-words.json`, and what the bank added to it. */
import shipped from './promotional-words.json' with { type: 'json' };

/** By language: words and phrases in small letters, where `*` stands for any letters and `#` for a number. */
export type PromotionalWords = Readonly<Record<string, readonly string[]>>;

const SHIPPED: PromotionalWords = shipped.languages;

/**
 * As they stand in the text, each once, in its order. A language without a list has none.
 * @param own what the bank adds, by language
 */
export function promotionalIn(text: string, locale: string, own: PromotionalWords = {}): string[] {
  const language = locale.split('-')[0]?.toLowerCase() ?? '';
  const patterns = [...(SHIPPED[language] ?? []), ...(own[language] ?? [])];
  if (patterns.length === 0) return [];
  const found = text
    .normalize('NFC')
    .replace(/[\u2018\u2019]/g, "'")
    .matchAll(expressionFor(patterns));
  return [...new Set([...found].map(([words]) => words.toLowerCase().replace(/\s+/g, ' ')))];
}

/** Longer ones first, so that "special offers" is not told as "offers" where both are listed. */
function expressionFor(patterns: readonly string[]): RegExp {
  const sorted = [...patterns].sort((a, b) => b.length - a.length).map(toExpression);
  return new RegExp(`(?<![\\p{L}\\p{N}])(?:${sorted.join('|')})(?![\\p{L}\\p{N}])`, 'giu');
}

function toExpression(pattern: string): string {
  return pattern
    .normalize('NFC')
    .replace(/[.+?^${}()|[\]\\/]/g, '\\$&')
    .replace(/\s+/g, '\\s+')
    .replace(/\*+/g, '\\p{L}*')
    .replace(/#/g, '\\d+(?:[.,]\\d+)?\\s?');
}
