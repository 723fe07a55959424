/** The fields of a posted form, also where the host's own parser read them first. */
import type { IncomingMessage } from 'node:http';
import type { Form } from '../../flows/preference-links/read-form.js';
import { contentTypeOf } from '../cloud-event-request.js';
import { readBody } from '../read-body.js';
import { RequestRefused } from '../request-refused.js';

const LIMIT = 262_144;

/** @throws RequestRefused `content-type-unsupported`, `body-too-large`, ... */
export async function readFormBody(req: IncomingMessage & { body?: unknown }): Promise<Form> {
  if (contentTypeOf(req.headers) !== 'application/x-www-form-urlencoded') {
    throw new RequestRefused('content-type-unsupported', 'The form is sent as application/x-www-form-urlencoded.');
  }
  const parsed = req.body;
  if (typeof parsed === 'object' && parsed !== null && !Buffer.isBuffer(parsed)) return fromHost(parsed);
  const form = new Map<string, string[]>();
  for (const [name, value] of new URLSearchParams((await readBody(req, LIMIT)).toString('utf8'))) {
    form.set(name, [...(form.get(name) ?? []), value]);
  }
  return form;
}

function fromHost(parsed: object): Form {
  const fields = Object.entries(parsed).map(([name, value]): [string, string[]] => [
    name,
    (Array.isArray(value) ? value : [value]).filter((one) => typeof one === 'string'),
  ]);
  return new Map(fields);
}
