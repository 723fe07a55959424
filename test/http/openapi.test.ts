import { readFileSync } from 'node:fs';
import { Validator } from '@seriousme/openapi-schema-validator';
import { expect } from 'chai';
import { managementRoutes } from '../../src/http/management-router.js';
import { PROBLEM_CODES } from '../../src/http/problem-codes.js';
import { document } from './held-to-openapi.js';

// biome-ignore lint/suspicious/noExplicitAny: the document is plain JSON here
const openapi = document as any;
const read = (path: string) => JSON.parse(readFileSync(path, 'utf8'));

/** Served outside the table of management routes. */
const ELSEWHERE = [
  'POST /events',
  'POST /sources/{source}/events',
  'GET /receipts/{adapter}',
  'POST /receipts/{adapter}',
  'GET /inbound/{adapter}',
  'POST /inbound/{adapter}',
  'GET /verify',
  'GET /verify/{code}',
  'GET /p/{token}',
  'POST /p/{token}',
  'GET /p/{token}/saved',
  'GET /l/{token}',
  'GET /openapi.json',
  'GET /docs',
  'GET /healthz',
  'GET /readyz',
  'GET /metrics',
];

describe('the OpenAPI document', () => {
  const routes = managementRoutes({ maskedConfig: () => ({}) });
  const METHODS = ['get', 'put', 'post', 'delete'];

  it('is valid OpenAPI 3.1', async () => {
    const result = await new Validator().validate(read('schemas/openapi.json'));
    expect(result.errors ?? []).to.deep.equal([]);
    expect(result.valid).to.equal(true);
    expect(openapi.openapi).to.equal('3.1.0');
    expect(openapi.info.version).to.equal(read('package.json').version);
  });

  it('names every route, and no other', () => {
    const served = routes.map(({ method, path }) => `${method.toUpperCase()} ${path}`);
    const named = Object.entries(openapi.paths).flatMap(([path, item]) =>
      METHODS.filter((method) => (item as object)[method as never] !== undefined).map(
        (method) => `${method.toUpperCase()} ${path}`,
      ),
    );
    expect(named.sort()).to.deep.equal([...served, ...ELSEWHERE].sort());
  });

  it('has the very schemas that requests are checked with', () => {
    const components: Record<string, string> = {
      customer: 'CustomerPut',
      account: 'AccountPut',
      preferences: 'PreferencesPut',
      'preference-link': 'PreferenceLinkPost',
      'legal-hold': 'LegalHoldPut',
      consent: 'ConsentPost',
      hold: 'HoldPost',
      resume: 'ResumePost',
      campaign: 'CampaignPost',
      'campaign-preview': 'CampaignPreviewPost',
      'campaign-order': 'CampaignOrderPost',
      challenge: 'ChallengePost',
      'challenge-check': 'ChallengeCheckPost',
      'challenge-resend': 'ChallengeResendPost',
      redrive: 'RedrivePost',
      'redrive-alerts': 'RedriveAlertsPost',
    };
    for (const { method, path, query, body, scope } of routes) {
      const operation = openapi.paths[path][method];
      const at = `${method} ${path}`;
      expect(operation.description, at).to.include(`Needs the scope \`${scope}\``);
      const { properties = {} } = read(`schemas/requests/${query === 'none' ? 'no' : query}-query.json`);
      const named = (operation.parameters ?? []).filter((parameter: { in: string }) => parameter.in === 'query');
      const described = Object.fromEntries(
        named.map(({ name, description, schema }: { name: string; description?: string; schema: object }) => [
          name,
          description === undefined ? schema : { description, ...schema },
        ]),
      );
      expect(described, at).to.deep.equal(properties);
      const reference = operation.requestBody?.content['application/json']?.schema.$ref;
      expect(reference, at).to.equal(body && `#/components/schemas/${components[body]}`);
      if (body === undefined) continue;
      const { $schema: _schema, $id: _id, ...schema } = read(`schemas/requests/${body}.json`);
      expect(openapi.components.schemas[components[body] as string], at).to.deep.equal(schema);
    }
  });

  it('gives every operation a name of its own', () => {
    const items: Record<string, { operationId: string }>[] = Object.values(openapi.paths);
    const names = items.flatMap((item) => METHODS.flatMap((method) => item[method]?.operationId ?? []));
    expect(new Set(names).size).to.equal(names.length);
  });

  it('leaves no problem without an explanation', () => {
    const explained = new Set(
      [...readFileSync('docs/errors.md', 'utf8').matchAll(/^### `([a-z0-9-]+)`/gm)].map(([, code]) => code),
    );
    const missing = [...PROBLEM_CODES.keys()].filter((code) => !explained.has(code));
    expect(missing).to.deep.equal([]);
  });
});
