/** Amounts of BAI2: digits without a decimal point, the currency says how many of them are decimals. */

const INTEGER = /^[+-]?\d{1,18}$/;

/** Undefined where it is no amount. Nothing at all is zero, as the standard says. */
export function minorUnits(text: string | undefined): bigint | undefined {
  if (text === undefined || text.trim() === '') return 0n;
  return INTEGER.test(text.trim()) ? BigInt(text.trim()) : undefined;
}
