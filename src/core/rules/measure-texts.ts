/** How many SMS each text of a rule set becomes with ordinary values, and what that costs. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { RuleDocument, TextPolicy } from '../../contracts/rule.js';
import { priceOf } from '../message/price.js';
import { compileText } from '../message/render.js';
import type { TextMeasure } from '../message/segments.js';
import { measureSample } from './lint-text.js';
import type { RuleSetSource } from './rule-set.js';

export interface MeasuredText {
  rule: string;
  locale: string;
  variant: 'text' | 'discreet';
  encoding: TextMeasure['encoding'];
  parts: number;
  /** By country, as in the price table: decimal strings in its currency. */
  prices?: Record<string, string>;
}

/** Texts that cannot be compiled are left out: the linter says why. */
export function measureTexts({ rules, texts }: Pick<RuleSetSource, 'rules' | 'texts'>): MeasuredText[] {
  return rules.flatMap(({ rule, messages }) =>
    rule.notify === 'bank'
      ? []
      : Object.entries(messages).flatMap(([locale, byName]) => {
          const found = byName[rule.event?.params?.message];
          return [
            ...measured(rule, locale, 'text', found?.text, texts?.prices),
            ...measured(rule, locale, 'discreet', found?.discreet, texts?.prices),
          ];
        }),
  );
}

function measured(
  rule: RuleDocument,
  locale: string,
  variant: MeasuredText['variant'],
  source: string | undefined,
  prices: TextPolicy['prices'],
): MeasuredText[] {
  if (source === undefined) return [];
  try {
    const { encoding, parts } = measureSample(compileText(source), { rule, locale });
    const byCountry = Object.keys(prices?.perPart ?? {}).map((country) => [country, priceOf(prices, parts, country)]);
    const costs = byCountry.length === 0 ? {} : { prices: Object.fromEntries(byCountry) as Record<string, string> };
    return [{ rule: rule.name, locale, variant, encoding, parts, ...costs }];
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    return [];
  }
}
