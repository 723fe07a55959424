/** One row of an import, checked: who the customer is, and which accounts they hold. No refusal holds a value of the row. */
import type { CustomerDocument } from '../contracts/customer.js';
import type { CustomerStatus, HolderRole } from '../contracts/rule.js';
import { identifierFault } from '../core/event/identifier.js';
import { currencyExponent } from '../core/event/money.js';
import { checkedDocument } from './change-customer.js';
import type { House } from './house.js';
import { RequestMistaken } from './mistakes.js';

/** As a file has it. */
export interface ImportRow {
  /** Counted from 1, the header included. */
  line: number;
  fields: Record<string, unknown>;
}

export interface Refusal {
  line: number;
  field?: string;
  code: string;
  message: string;
}

export interface CheckedRow {
  line: number;
  customerId: string;
  /** Only what the row states. */
  document: CustomerDocument;
  accountIds: string[];
  role?: HolderRole;
  currency?: string;
}

export const IMPORT_FIELDS = [
  'customerId',
  'phone',
  'name',
  'locale',
  'timeZone',
  'status',
  'accountId',
  'accountIds',
  'role',
  'currency',
] as const;
type Field = (typeof IMPORT_FIELDS)[number];

const STATUSES: readonly CustomerStatus[] = ['active', 'restricted', 'deceased', 'closed'];
const ROLES: readonly HolderRole[] = ['owner', 'authorised-user', 'minor'];
const NAME_MAX = 200;

/** Every refusal of the row, or the row. */
export function checkRow(house: Pick<House, 'phoneRegion'>, row: ImportRow): CheckedRow | Refusal[] {
  const check = new RowCheck(row);
  const { customerId = '', name, phone, locale, timeZone, status, currency, role, accountId } = check.texts();
  check.identifier('customerId', customerId);
  const accountIds = check.accountIds(accountId);
  for (const id of accountIds) check.identifier(accountId === undefined ? 'accountIds' : 'accountId', id);
  if (name !== undefined && [...name].length > NAME_MAX)
    check.refuse('name', 'name-too-long', `The name has more than ${NAME_MAX} characters`);
  check.oneOf('status', status, STATUSES);
  check.oneOf('role', role, ROLES);
  check.currency(currency);
  for (const field of ['role', 'currency'] as const) {
    const stated = field === 'role' ? role : currency;
    if (stated !== undefined && accountIds.length === 0)
      check.refuse(field, 'account-id-missing', 'It says something of an account, and there is no account in this row');
  }
  const written = { phone, name, locale, timeZone, status: status as CustomerStatus | undefined };
  const document = check.document(house, written);
  if (check.refusals.length > 0) return check.refusals;
  return { line: row.line, customerId, document, accountIds, role: role as HolderRole | undefined, currency };
}

class RowCheck {
  readonly refusals: Refusal[] = [];
  readonly #row: ImportRow;

  constructor(row: ImportRow) {
    this.#row = row;
  }

  refuse(field: string, code: string, message: string): void {
    this.refusals.push({ line: this.#row.line, field, code, message });
  }

  /** The fields that are one text each; empty and null mean absent. */
  texts(): Partial<Record<Field, string>> {
    const texts: Partial<Record<Field, string>> = {};
    for (const [field, value] of Object.entries(this.#row.fields)) {
      if (!IMPORT_FIELDS.includes(field as Field))
        this.refuse(shortened(field), 'field-unknown', 'There is no such field');
      else if (field !== 'accountIds') this.#take(field as Field, value, texts);
    }
    return texts;
  }

  #take(field: Field, value: unknown, into: Partial<Record<Field, string>>): void {
    if (value === undefined || value === null || value === '') return;
    if (typeof value !== 'string') this.refuse(field, 'not-text', 'The value must be text');
    else if (value.includes('\uFFFD')) this.refuse(field, 'not-utf-8', 'The file is not UTF-8: save it as that');
    else into[field] = value.trim();
  }

  accountIds(single: string | undefined): string[] {
    const several = this.#row.fields.accountIds;
    if (several === undefined || several === null || several === '') return single === undefined ? [] : [single];
    if (single !== undefined) this.refuse('accountIds', 'account-id-twice', 'Give either accountId or accountIds');
    if (Array.isArray(several) && several.every((id) => typeof id === 'string')) return [...new Set(several)];
    if (typeof several === 'string') return [...new Set(several.split('|').map((id) => id.trim()))];
    this.refuse('accountIds', 'not-text', 'The value must be a list of texts');
    return [];
  }

  identifier(field: Field, id: string): void {
    const fault = identifierFault(id);
    if (fault === undefined) return;
    const what = field === 'customerId' ? 'customer-id' : 'account-id';
    this.refuse(field, `${what}-${fault}`, 'An id has 1 to 255 characters, none of them a control character');
  }

  oneOf(field: Field, value: string | undefined, known: readonly string[]): void {
    if (value === undefined || known.includes(value)) return;
    this.refuse(field, `${field}-unknown`, `It must be one of ${known.join(', ')}`);
  }

  currency(currency: string | undefined): void {
    if (currency === undefined || currencyExponent(currency) !== undefined) return;
    this.refuse('currency', 'currency-unknown', 'The currency is not an ISO 4217 code such as "EUR"');
  }

  document(house: Pick<House, 'phoneRegion'>, written: CustomerDocument): CustomerDocument {
    try {
      const checked = Object.entries(checkedDocument(house, written)).filter(([, value]) => value !== undefined);
      return Object.fromEntries(checked);
    } catch (error) {
      if (!(error instanceof RequestMistaken)) throw error;
      for (const { path, code, message } of error.mistakes) this.refuse(path.slice(1), code, message);
      return {};
    }
  }
}

/** A header that is no header may be anything, personal data included. */
function shortened(field: string): string {
  return /^[A-Za-z][A-Za-z _-]{0,30}$/.test(field) ? field : '?';
}
