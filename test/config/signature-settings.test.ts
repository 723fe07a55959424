import { readFileSync } from 'node:fs';
import { expect } from 'chai';
import { maskedSignature, signatureMistakes } from '../../src/config/signature-settings.js';
import { SCHEMES } from '../../src/http/signature/schemes/index.js';

const SECRET = 'a secret of the test';
const mistakes = (signature: unknown) =>
  signatureMistakes(signature, 'sources.core.signature').map(
    ({ path, message }) => `${path.replace(/^sources\.core\.signature\.?/, '')}: ${message}`,
  );
const hmac = (settings: object) => mistakes({ scheme: 'hmac', secrets: [SECRET], ...settings });

describe('the settings of signatures', () => {
  it('have a part of the schema for every scheme, and no other', () => {
    const schema = JSON.parse(readFileSync('schemas/signature.schema.json', 'utf8'));
    const names = SCHEMES.map(({ name }) => name);
    expect(schema.properties.scheme.enum).to.have.members(names);
    expect(schema.allOf.map((one: { then: { $ref: string } }) => one.then.$ref.slice(8))).to.have.members(names);
    for (const name of names) expect(schema.$defs[name].properties.scheme.const).to.equal(name);
  });

  it('are all shown right in docs/signatures.md', () => {
    const page = readFileSync('docs/signatures.md', 'utf8');
    const examples = [...page.matchAll(/```json\n(?:"signature": )?(\{[\s\S]*?\})\n```/g)].map(([, text]) =>
      JSON.parse(text as string),
    );
    expect(examples.map(({ scheme }) => scheme)).to.include.members(SCHEMES.map(({ name }) => name));
    for (const example of examples) {
      const text = JSON.stringify(example).replaceAll(/\$\{\w+\}/g, SECRET);
      expect(signatureMistakes(JSON.parse(text), 'signature'), text).to.deep.equal([]);
    }
  });

  it('say for every scheme in docs/signatures.md what it does not cover', () => {
    const sections = readFileSync('docs/signatures.md', 'utf8').split(/^## /m);
    for (const { name } of SCHEMES) {
      const section = sections.find((one) => one.startsWith(`\`${name}\``));
      expect(section, name).to.match(/^Does not cover[:,]/m);
    }
  });

  it('tell every mistake at once, each with its path and never with a value', () => {
    const found = mistakes({
      scheme: 'hmac',
      preset: 'columns',
      secrets: ['short', { id: 'b' }],
      toleranceSecond: 5,
      addresses: ['10.0.0.0/33', 'here'],
    });
    expect(found).to.have.members([
      'preset: must be one of github, column, unit, synctera, moov, increase, stripe',
      'secrets[0]: must be a text of at least 16 characters, or { "id", "secret" }',
      'secrets[1].secret: is required',
      'toleranceSecond: is not a setting that is known here; did you mean "toleranceSeconds"?',
      'addresses[0]: must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8',
      'addresses[1]: must be an address such as 10.0.0.7, or a network such as 10.0.0.0/8',
    ]);
    const malformed = mistakes({ scheme: 'standard-webhooks', secrets: ['whsec_hidden!hidden!hidden!'] });
    expect(malformed).to.have.length(1);
    expect(malformed[0]).to.not.contain('hidden');
  });

  it('say what is wrong without a scheme', () => {
    expect(mistakes(undefined)).to.deep.equal([': must be an object with a "scheme"']);
    expect(mistakes({})[0]).to.match(/^scheme: must be one of standard-webhooks, hmac, /);
    expect(mistakes({ scheme: 'trust-me' })).to.have.length(1);
  });

  it('refuse descriptions of HMAC that leave the body or the time unsigned, or contradict themselves', () => {
    expect(hmac({})).to.deep.equal(['header: is required, or a "preset" that knows it']);
    expect(hmac({ preset: 'moov' })[0]).to.match(/^acknowledge: is required, as "the-body-is-not-signed"/);
    expect(hmac({ header: 'x', template: '{header:X-Id}' })[0]).to.match(/^acknowledge: is required/);
    expect(hmac({ preset: 'column', acknowledge: 'the-body-is-not-signed' })).to.deep.equal([
      'acknowledge: must be absent: the body is signed',
    ]);
    expect(hmac({ preset: 'column', header: 'x' })).to.deep.equal(['header: must be absent: the preset says it']);
    expect(hmac({ header: 'x', time: { header: 'y', format: 'seconds' } })[0]).to.match(
      /^template: must have \{timestamp\} in it/,
    );
    expect(hmac({ header: 'x', template: '{timestamp}.{body}' })).to.deep.equal([
      'time: is required, since the template has {timestamp}',
    ]);
    const timed = { header: 'x', template: '{timestamp}{body}' };
    expect(hmac({ ...timed, time: { format: 'seconds' } })[0]).to.match(/^time: must stand either/);
    const both = { ...timed, time: { format: 'seconds', header: 'y' }, fields: { signature: 's', time: 't' } };
    expect(hmac(both)[0]).to.match(/^time: must stand either/);
    expect(hmac({ header: 'x', fields: { signature: 's', time: 't' } })[0]).to.match(/^time: is required/);
    expect(hmac({ header: 'x', fields: { signature: 's' }, separator: '.' })[0]).to.match(/^separator: must be absent/);
    expect(hmac({ header: 'x', template: '{url}' })).to.include(
      'template: must be text with {body}, {timestamp} and {header:Name} in it',
    );
  });

  it('refuse secrets that come twice or cannot be read', () => {
    const secrets = [{ id: 'a', secret: SECRET }, { id: 'a', secret: `${SECRET}2` }, SECRET];
    expect(hmac({ preset: 'column', secrets })).to.have.members([
      'secrets[1].id: is the id of another entry too',
      'secrets[2]: is the secret of another entry too',
    ]);
    expect(hmac({ header: 'x', key: 'hex', secrets: ['no hex at all, is it'] })).to.deep.equal([
      'secrets[0]: must be written in hex',
    ]);
    expect(mistakes({ scheme: 'standard-webhooks', secrets: ['whsec_no base64 at all'] })).to.deep.equal([
      'secrets[0]: starts with whsec_ and must go on in base64',
    ]);
  });

  it('refuse `none` without its acknowledgement or its addresses', () => {
    expect(mistakes({ scheme: 'none' })).to.have.members(['acknowledge: is required', 'addresses: is required']);
    expect(mistakes({ scheme: 'none', acknowledge: 'yes', addresses: [] })[0]).to.match(
      /^acknowledge: must be "anyone-who-/,
    );
  });

  it("refuse certificates that could be anybody's, and ids that come twice", () => {
    const mutual = (settings: object) =>
      mistakes({ scheme: 'mutual-tls-header', header: 'x', proxies: ['10.0.0.5'], ...settings });
    const fingerprint = 'a'.repeat(64);
    expect(mutual({ certificates: [{ id: 'a', subject: 'CN=core' }] })[0]).to.match(
      /^verified: is required with a "subject"/,
    );
    expect(
      mutual({
        certificates: [{ id: 'a' }, { id: 'a', fingerprint, subject: 'CN=x' }],
        verified: { header: 'v', value: 'OK' },
      }),
    ).to.have.members([
      'certificates[0]: must have either a "fingerprint" or a "subject"',
      'certificates[1]: must have either a "fingerprint" or a "subject"',
      'certificates[1].id: is the id of another entry too',
    ]);
    expect(mutual({ certificates: [{ id: 'a', fingerprint: 'abc' }] })).to.have.length(1);
    expect(
      mistakes({ scheme: 'mutual-tls-header', header: 'x', certificates: [{ id: 'a', fingerprint }] }),
    ).to.deep.equal(['proxies: is required']);
    const user = { id: 'a', username: 'a', password: SECRET };
    expect(mistakes({ scheme: 'basic', users: [user, user] })).to.deep.equal([
      'users[1].id: is the id of another entry too',
    ]);
    expect(mistakes({ scheme: 'basic', users: [{ ...user, username: 'a:b' }] })).to.deep.equal([
      'users[0].username: must be a name without colons',
    ]);
  });

  it('are shown without their secrets', () => {
    const shown = maskedSignature({
      scheme: 'hmac',
      preset: 'column',
      secrets: [SECRET, { id: 'b', secret: SECRET, types: ['account.*'] }],
    });
    expect(shown).to.deep.equal({
      scheme: 'hmac',
      preset: 'column',
      secrets: ['***', { id: 'b', secret: '***', types: ['account.*'] }],
    });
    const basic = maskedSignature({ scheme: 'basic', users: [{ username: 'a', password: SECRET }] });
    expect(basic).to.deep.equal({ scheme: 'basic', users: [{ username: 'a', password: '***' }] });
    const plaid = maskedSignature({ scheme: 'jwt-body-hash', clientId: 'c', secret: SECRET });
    expect(plaid).to.deep.equal({ scheme: 'jwt-body-hash', clientId: 'c', secret: '***' });
    expect(maskedSignature({ scheme: 'trust-me', password: SECRET })).to.deep.equal({ scheme: '***', password: '***' });
  });
});
