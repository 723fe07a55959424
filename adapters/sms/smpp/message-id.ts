/** The SMSC's ids in one form. Some write the same id in hexadecimal in the answer and in decimal in the receipt, or the other way round. */
import type { IdForm } from './settings.js';

const DIGITS = { decimal: /^\d{1,40}$/, hexadecimal: /^(0x)?[0-9a-f]{1,40}$/i };

/** A number becomes decimal without leading zeros; what is not of the form stays as it is. Undefined where there is none. */
export function messageId(written: string | undefined, form: IdForm): string | undefined {
  const text = written?.trim();
  if (!text) return undefined;
  if (form === 'text' || !DIGITS[form].test(text)) return text;
  return BigInt(form === 'decimal' ? text : `0x${text.replace(/^0x/i, '')}`).toString();
}
