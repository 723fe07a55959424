/**
 * Bodies and queries held to `schemas/requests/`. Every mistake is told at once, by name and place, and never with the
 * value that was sent.
 */
import { Ajv2020, type ErrorObject, type ValidateFunction } from 'ajv/dist/2020.js';
import account from '../../schemas/requests/account.json' with { type: 'json' };
import alertsQuery from '../../schemas/requests/alerts-query.json' with { type: 'json' };
import auditQuery from '../../schemas/requests/audit-query.json' with { type: 'json' };
import campaign from '../../schemas/requests/campaign.json' with { type: 'json' };
import campaignOrder from '../../schemas/requests/campaign-order.json' with { type: 'json' };
import campaignPreview from '../../schemas/requests/campaign-preview.json' with { type: 'json' };
import challenge from '../../schemas/requests/challenge.json' with { type: 'json' };
import challengeCheck from '../../schemas/requests/challenge-check.json' with { type: 'json' };
import challengeResend from '../../schemas/requests/challenge-resend.json' with { type: 'json' };
import consent from '../../schemas/requests/consent.json' with { type: 'json' };
import customer from '../../schemas/requests/customer.json' with { type: 'json' };
import entityQuery from '../../schemas/requests/entity-query.json' with { type: 'json' };
import evidenceQuery from '../../schemas/requests/evidence-query.json' with { type: 'json' };
import hold from '../../schemas/requests/hold.json' with { type: 'json' };
import legalHold from '../../schemas/requests/legal-hold.json' with { type: 'json' };
import noQuery from '../../schemas/requests/no-query.json' with { type: 'json' };
import pageQuery from '../../schemas/requests/page-query.json' with { type: 'json' };
import preferenceLink from '../../schemas/requests/preference-link.json' with { type: 'json' };
import preferences from '../../schemas/requests/preferences.json' with { type: 'json' };
import quarantineQuery from '../../schemas/requests/quarantine-query.json' with { type: 'json' };
import redrive from '../../schemas/requests/redrive.json' with { type: 'json' };
import redriveAlerts from '../../schemas/requests/redrive-alerts.json' with { type: 'json' };
import resume from '../../schemas/requests/resume.json' with { type: 'json' };
import statementQuery from '../../schemas/requests/statement-query.json' with { type: 'json' };
import webhooksQuery from '../../schemas/requests/webhooks-query.json' with { type: 'json' };
import { identifierFault } from '../core/event/identifier.js';
import { type Mistake, throwMistakes } from '../flows/mistakes.js';

const BODIES = {
  customer,
  account,
  preferences,
  'preference-link': preferenceLink,
  'legal-hold': legalHold,
  consent,
  hold,
  resume,
  redrive,
  'redrive-alerts': redriveAlerts,
  campaign,
  'campaign-preview': campaignPreview,
  'campaign-order': campaignOrder,
  challenge,
  'challenge-check': challengeCheck,
  'challenge-resend': challengeResend,
};
const QUERIES = {
  none: noQuery,
  entity: entityQuery,
  page: pageQuery,
  alerts: alertsQuery,
  quarantine: quarantineQuery,
  audit: auditQuery,
  statement: statementQuery,
  webhooks: webhooksQuery,
  evidence: evidenceQuery,
};

export type BodyName = keyof typeof BODIES;
export type QueryName = keyof typeof QUERIES;
export type Query = Record<string, string | number | boolean | undefined>;

/** A query is text, so its numbers are read from text, and what is left out gets its default. */
const bodies = compiled(BODIES, new Ajv2020({ allErrors: true, strict: true, allowUnionTypes: true }));
const queries = compiled(QUERIES, new Ajv2020({ allErrors: true, strict: true, coerceTypes: true, useDefaults: true }));

/** @throws RequestMistaken `request-invalid` */
export function checkBody(name: BodyName, body: unknown): void {
  check(bodies.get(name), body, '');
}

/** The part of an address after `?`. @throws RequestMistaken `request-invalid` */
export function readQuery(name: QueryName, search: string): Query {
  const query: Query = {};
  const mistakes: Mistake[] = [];
  for (const [key, value] of new URLSearchParams(search)) {
    if (!Object.hasOwn(query, key) && key !== '__proto__') query[key] = value;
    else mistakes.push({ path: `?${shown(key)}`, code: 'request-invalid', message: `${named(key)} is given twice` });
  }
  throwMistakes(mistakes);
  check(queries.get(name), query, '?');
  return query;
}

function compiled(schemas: Record<string, object>, ajv: Ajv2020): Map<string, ValidateFunction> {
  ajv.addFormat('identifier', (text: string) => identifierFault(text) === undefined);
  return new Map(Object.entries(schemas).map(([name, schema]) => [name, ajv.compile(schema)]));
}

function check(validate: ValidateFunction | undefined, value: unknown, at: '' | '?'): void {
  if (validate === undefined || validate(value)) return;
  throwMistakes((validate.errors ?? []).map((error) => mistake(error, at)));
}

function mistake(error: ErrorObject, at: '' | '?'): Mistake {
  const { instancePath, keyword, params } = error;
  const missing: unknown = params.missingProperty;
  const unknown: unknown = params.additionalProperty;
  const key = missing ?? unknown;
  const pointer = key === undefined ? instancePath : `${instancePath}/${shown(String(key))}`;
  const path = at === '?' ? `?${pointer.slice(1)}` : pointer;
  return { path, code: 'request-invalid', message: `${nameOf(pointer, at)} ${explained(keyword, error)}` };
}

function nameOf(pointer: string, at: '' | '?'): string {
  if (pointer === '') return 'The body';
  const name = pointer.slice(1).replaceAll('/', '.');
  return at === '?' ? `The query parameter ${named(name)}` : named(name);
}

function explained(keyword: string, { params, message, schema }: ErrorObject): string {
  switch (keyword) {
    case 'required':
      return 'is required';
    case 'additionalProperties':
      return 'is not known here';
    case 'enum':
      return `must be one of ${(params.allowedValues as unknown[]).join(', ')}`;
    case 'format':
      return 'must be 1 to 255 characters without control characters';
    case 'pattern':
      return `must match ${String(params.pattern ?? schema)}`;
    case 'type':
      return `must be ${article(String(params.type))}`;
    default:
      return message ?? 'is not valid';
  }
}

function article(type: string): string {
  return type
    .split(',')
    .map((one) => (/^[aeio]/.test(one) ? `an ${one}` : `a ${one}`))
    .join(' or ');
}

const named = (key: string): string => `\`${shown(key)}\``;

/** A key is the client's text: not all of it is repeated. */
function shown(key: string): string {
  const plain = key.replace(/[^\p{L}\p{N}\p{P}\p{S} ]/gu, '?');
  return plain.length <= 80 ? plain : `${plain.slice(0, 80)}…`;
}
