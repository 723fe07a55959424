/** What a mapping registers is held to the very schemas of `PUT /v1/customers/{id}` and `/v1/accounts/{id}`. */
import { Ajv2020 } from 'ajv/dist/2020.js';
import account from '../../../schemas/requests/account.json' with { type: 'json' };
import customer from '../../../schemas/requests/customer.json' with { type: 'json' };
import type { AccountDocument, CustomerDocument } from '../../contracts/customer.js';
import { LedgerbellError } from '../../contracts/errors.js';
import type { JsonObject } from '../../contracts/json.js';
import { identifierFault } from '../../core/event/identifier.js';

const ajv = new Ajv2020({ strict: false });
ajv.addFormat('identifier', (text: string) => identifierFault(text) === undefined);
ajv.addFormat('currency', true);
const isCustomer = ajv.compile(customer);
const isAccount = ajv.compile(account);

/** @throws LedgerbellError `registration-invalid` */
export function statedCustomer(document: JsonObject): CustomerDocument {
  if (!isCustomer(document)) throw invalid('customer', isCustomer.errors?.[0]?.instancePath);
  return document as CustomerDocument;
}

/** Its holders may be missing. @throws LedgerbellError `registration-invalid` */
export function statedAccount(document: JsonObject): Partial<AccountDocument> {
  if (!isAccount({ holders: [], ...document })) throw invalid('account', isAccount.errors?.[0]?.instancePath);
  return document as Partial<AccountDocument>;
}

function invalid(what: string, path: string | undefined): LedgerbellError {
  const message = `What the mapping makes is no ${what} as it is put over HTTP`;
  return new LedgerbellError('registration-invalid', message, path === undefined ? {} : { path });
}
