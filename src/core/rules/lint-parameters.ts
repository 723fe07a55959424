/** Parameters: their defaults and bounds, and whether anything uses them. */
import type { RuleDocument, TextPolicy } from '../../contracts/rule.js';
import { parseAmount } from '../event/money.js';
import { lintCurrencyMap } from './lint-amount.js';
import type { Report } from './lint-report.js';
import { lintWording } from './lint-wording.js';
import { isObject } from './read-messages.js';
import type { Place } from './rule-file.js';

/** `used`: names that conditions or texts mention. */
export function lintParameters(parameters: unknown, used: ReadonlySet<string>, report: Report): void {
  for (const [name, parameter] of Object.entries(isObject(parameters) ? parameters : {})) {
    const place = ['parameters', name];
    if (isObject(parameter)) lintParameter(parameter, place, report);
    if (used.has(name)) continue;
    report(place, {
      code: 'parameter-unused',
      severity: 'warning',
      message: `nothing uses the parameter "${name}"`,
      fix: `Use { "fact": "parameter", "params": { "name": "${name}" } }, or remove it`,
    });
  }
}

/** Words that a rule's texts show are held to what its texts are. `shown`: names of parameters. */
export function lintShownTexts(
  { parameters = {}, lane }: RuleDocument,
  shown: ReadonlySet<string>,
  policy: TextPolicy,
  report: Report,
): void {
  for (const [name, parameter] of Object.entries(parameters)) {
    if (parameter.type !== 'texts' || !shown.has(name)) continue;
    parameter.default.forEach((text, index) => {
      lintWording(text, lane, policy, ['parameters', name, 'default', index], report);
    });
  }
}

function lintParameter(parameter: Record<string, unknown>, place: Place, report: Report): void {
  const bounds = isObject(parameter.customerMayChange) ? parameter.customerMayChange : {};
  if (parameter.type === 'money') lintMoney(parameter.default, bounds, place, report);
  if (parameter.type === 'number') lintNumber(parameter.default, bounds, place, report);
}

function lintMoney(byDefault: unknown, bounds: Record<string, unknown>, place: Place, report: Report): void {
  const maps: [Place, unknown][] = [
    [[...place, 'default'], byDefault],
    [[...place, 'customerMayChange', 'min'], bounds.min],
    [[...place, 'customerMayChange', 'max'], bounds.max],
  ];
  for (const [at, map] of maps) if (isObject(map)) lintCurrencyMap(map, at, report);
  for (const currency of Object.keys(isObject(byDefault) ? byDefault : {})) {
    const [value, min, max] = [byDefault, bounds.min, bounds.max].map((map) => minorOf(map, currency));
    lintBounds(value, min, max, [...place, 'default', currency], report);
  }
}

/** Undefined for what is absent or was reported already. */
function minorOf(map: unknown, currency: string): number | undefined {
  if (!isObject(map)) return undefined;
  try {
    return parseAmount(map[currency], currency, { negative: true }).minor;
  } catch {
    return undefined;
  }
}

function lintNumber(byDefault: unknown, bounds: Record<string, unknown>, place: Place, report: Report): void {
  const [value, min, max] = [byDefault, bounds.min, bounds.max].map((one) =>
    typeof one === 'number' ? one : undefined,
  );
  lintBounds(value, min, max, [...place, 'default'], report);
}

function lintBounds(
  value: number | undefined,
  min: number | undefined,
  max: number | undefined,
  place: Place,
  report: Report,
): void {
  const isBelow = value !== undefined && min !== undefined && value < min;
  const isAbove = value !== undefined && max !== undefined && value > max;
  if (isBelow || isAbove) {
    const message = `the default is ${isBelow ? 'below the least' : 'above the most'} that a customer may choose`;
    report(place, { code: 'default-out-of-bounds', message, fix: 'Change the default or the bound' });
  }
  if (min !== undefined && max !== undefined && min > max) {
    report(place, { code: 'bounds-crossed', message: '"min" is above "max"', fix: 'Exchange them' });
  }
}
