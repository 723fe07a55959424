// biome-ignore-all lint/suspicious/noTemplateCurlyInString: references look like that
import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { CONFIG_SCHEMA } from '../../src/config/check-schema.js';
import { parseConfig } from '../../src/config/load-config.js';
import { KEY } from './config-under-test.js';

type Schema = { properties?: Record<string, Schema>; default?: unknown };

const page = readFileSync('docs/configuration.md', 'utf8');
const schema = CONFIG_SCHEMA as Schema;

describe('docs/configuration.md', () => {
  it('has every setting', () => {
    const names = settings(schema).filter((name) => !['$schema', 'min', 'max'].includes(name));
    for (const name of names) expect(page, name).to.match(new RegExp(`[\`.]${name}[\`",]|"${name}"`));
  });

  it('shows an example that is right', () => {
    const example = /## An example\n+```json\n([\s\S]+?)```/.exec(page)?.[1] as string;
    const document = JSON.parse(example.replace('${file:/run/secrets/db}', 'db'));
    const env = new Proxy({} as Record<string, string>, {
      get: (_all, name) => (name === 'LB_KEY' ? KEY : `the secret called ${String(name)}`),
    });
    expect(parseConfig(document, { env, folder: '/etc' }).sms.adapters).to.have.length(1);
  });
});

/** The names of all settings but those of Knex and of lists' entries. */
function settings({ properties = {} }: Schema): string[] {
  return Object.entries(properties).flatMap(([name, inner]) =>
    name === 'connection' ? [name] : [name, ...settings(inner)],
  );
}
