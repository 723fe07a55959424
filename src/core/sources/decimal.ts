/** Decimal numbers as text, exactly: an integer and how many of its digits are decimals. Never a float. */

/** `units` times ten to the power of minus `scale`. */
export interface Decimal {
  units: bigint;
  scale: number;
}

const NUMBER = /^([+-]?)(\d{1,64})(?:\.(\d{1,64}))?(?:[eE]([+-]?\d{1,3}))?$/;
/** Longer is no amount of money anywhere. */
const LONGEST_EXPONENT = 64;

/** `-9.5e2`, `+5`, `0.10`. Undefined for what is no number or is unreasonably long. */
export function parseDecimal(text: string): Decimal | undefined {
  const match = NUMBER.exec(text);
  if (match === null) return undefined;
  const [, sign, whole = '', fraction = '', exponent = '0'] = match;
  const power = Number(exponent);
  if (Math.abs(power) > LONGEST_EXPONENT) return undefined;
  const units = BigInt(whole + fraction) * (sign === '-' ? -1n : 1n);
  const scale = fraction.length - power;
  return scale >= 0 ? { units, scale } : { units: units * 10n ** BigInt(-scale), scale: 0 };
}

export function compareDecimals(a: Decimal, b: Decimal): number {
  const [left, right] = aligned(a, b);
  return left < right ? -1 : left > right ? 1 : 0;
}

export function addDecimals(a: Decimal, b: Decimal): Decimal {
  const [left, right] = aligned(a, b);
  return { units: left + right, scale: Math.max(a.scale, b.scale) };
}

export function negated({ units, scale }: Decimal): Decimal {
  return { units: -units, scale };
}

/** With exactly so many decimals; undefined where that would drop a digit that is not nought. */
export function withDecimals({ units, scale }: Decimal, decimals: number): Decimal | undefined {
  if (scale <= decimals) return { units: units * 10n ** BigInt(decimals - scale), scale: decimals };
  const dropped = 10n ** BigInt(scale - decimals);
  return units % dropped === 0n ? { units: units / dropped, scale: decimals } : undefined;
}

/** `-0.05`, `1000.00`, `7`; nought has no sign. */
export function decimalText({ units, scale }: Decimal): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  const point = digits.length - scale;
  const sign = units < 0n ? '-' : '';
  return scale === 0 ? sign + digits : `${sign}${digits.slice(0, point)}.${digits.slice(point)}`;
}

function aligned(a: Decimal, b: Decimal): [bigint, bigint] {
  const scale = Math.max(a.scale, b.scale);
  return [a.units * 10n ** BigInt(scale - a.scale), b.units * 10n ** BigInt(scale - b.scale)];
}
