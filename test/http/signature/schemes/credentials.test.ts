/** Basic, a header with a secret, and a certificate that a proxy checked: nobody publishes a signer for what is not signed, so the headers are written here. */
import { expect } from 'chai';
import { createVerifier } from '../../../../src/http/signature/schemes/index.js';
import {
  changed,
  describeScheme,
  type Headers,
  inbound,
  NO_TOOLS,
  otherHex,
  outcome,
  type Which,
} from './scheme-contract.js';

const PASSWORDS = { old: 'the old password of the test', new: 'the new password: õ' };
const basic = (username: string, password: string) =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
const HOLES = { body: 'neither the body nor a time', time: 'neither the body nor a time' };

describeScheme({
  title: 'basic',
  settings: (secrets) => ({
    scheme: 'basic',
    users: secrets.map((id) => ({ id, username: 'marqeta', password: PASSWORDS[id] })),
  }),
  sign: (_body, _at, secret) => [['Authorization', basic('marqeta', PASSWORDS[secret])]],
  required: ['authorization'],
  otherEncodings: (headers) =>
    [
      (value: string) => value.replace('Basic', 'basic'),
      (value: string) => value.replace(' ', '  '),
      (value: string) => value.replace(/=+$/, ''),
      (value: string) => `${value}=`,
      (value: string) => `${value} `,
      (value: string) => `Basic ${Buffer.from(value.slice(6), 'base64').toString('base64url')}`,
      (value: string) => `Basic ${Buffer.from(value.slice(6), 'base64').toString('hex')}`,
    ].map((change) => changed(headers, 'authorization', change)),
  holes: HOLES,
});

const SECRETS = { old: 'the old secret of the test', new: 'the new secret of the test' };

describeScheme({
  title: 'static-header',
  settings: (secrets) => ({
    scheme: 'static-header',
    header: 'Authorization',
    prefix: 'Bearer ',
    secrets: secrets.map((id) => ({ id, secret: SECRETS[id] })),
  }),
  sign: (_body, _at, secret) => [['Authorization', `Bearer ${SECRETS[secret]}`]],
  required: ['authorization'],
  otherEncodings: (headers) =>
    [
      (value: string) => value.slice(7),
      (value: string) => value.replace('Bearer', 'bearer'),
      (value: string) => `${value} `,
      (value: string) => `Bearer ${Buffer.from(value.slice(7)).toString('base64')}`,
    ].map((change) => changed(headers, 'authorization', change)),
  holes: HOLES,
});

const FINGERPRINTS = { old: 'a'.repeat(64), new: '0123456789abcdef'.repeat(4) };
const certificates = (secrets: readonly Which[]) => secrets.map((id) => ({ id, fingerprint: FINGERPRINTS[id] }));
const MUTUAL = {
  scheme: 'mutual-tls-header',
  header: 'X-Client-Cert-Sha256',
  verified: { header: 'X-Client-Verify', value: 'SUCCESS' },
  proxies: ['10.0.0.0/8'],
};

describeScheme({
  title: 'mutual-tls-header',
  settings: (secrets) => ({ ...MUTUAL, certificates: certificates(secrets) }),
  sign: (_body, _at, secret) => [
    ['X-Client-Cert-Sha256', FINGERPRINTS[secret]],
    ['X-Client-Verify', 'SUCCESS'],
  ],
  required: ['x-client-cert-sha256', 'x-client-verify'],
  otherEncodings: (headers) => otherHex(headers, 'x-client-cert-sha256'),
  holes: HOLES,
  remoteAddress: '10.1.2.3',
});

describe('basic, several users', () => {
  it('has limits for each, and takes no name with the password of another', async () => {
    const users = [
      { username: 'cards', password: PASSWORDS.old, types: ['transaction.*'] },
      { id: 'people', username: 'people', password: PASSWORDS.new, entity: 'ee' },
    ];
    const verifier = createVerifier({ scheme: 'basic', users }, NO_TOOLS);
    const judge = (name: string, password: string) =>
      verifier.verify(inbound([['Authorization', basic(name, password)]]));
    expect(await judge('cards', PASSWORDS.old)).to.deep.equal({
      ok: true,
      secret: { id: 'user-1', types: ['transaction.*'] },
    });
    expect(await judge('people', PASSWORDS.new)).to.deep.equal({ ok: true, secret: { id: 'people', entity: 'ee' } });
    expect(outcome(await judge('cards', PASSWORDS.new))).to.equal('credentials-invalid');
    expect(outcome(await judge('', ''))).to.equal('credentials-invalid');
  });
});

describe('mutual-tls-header, proxies', () => {
  const genuine: Headers = [
    ['X-Client-Cert-Sha256', FINGERPRINTS.new],
    ['X-Client-Verify', 'SUCCESS'],
  ];
  const judge = async (remoteAddress: string | undefined, headers = genuine, settings: object = {}) =>
    outcome(
      await createVerifier({ ...MUTUAL, certificates: certificates(['new']), ...settings }, NO_TOOLS).verify(
        inbound(headers, { remoteAddress }),
      ),
    );

  it('believes the header of our proxies alone, whoever else sends it and whatever was forwarded', async () => {
    expect(await judge('10.1.2.3')).to.equal('believed: new');
    expect(await judge('::ffff:10.1.2.3')).to.equal('believed: new');
    for (const address of ['192.0.2.1', '127.0.0.1', undefined])
      expect(await judge(address)).to.equal('address-not-allowed');
    expect(await judge('192.0.2.1', [...genuine, ['X-Forwarded-For', '10.1.2.3']])).to.equal('address-not-allowed');
  });

  it('refuses a certificate that the proxy did not find good', async () => {
    for (const said of ['NONE', 'FAILED:certificate has expired', 'success']) {
      const headers = changed(genuine, 'x-client-verify', () => said);
      expect(await judge('10.1.2.3', headers)).to.equal('credentials-invalid');
    }
  });

  it('takes a subject as the proxy writes it, and holds whoever it is to `addresses` too', async () => {
    const settings = { header: 'X-Client-Subject', certificates: [{ id: 'core', subject: 'CN=core,O=Bank' }] };
    const headers: Headers = [
      ['X-Client-Subject', 'CN=core,O=Bank'],
      ['X-Client-Verify', 'SUCCESS'],
    ];
    expect(await judge('10.1.2.3', headers, settings)).to.equal('believed: core');
    expect(
      await judge(
        '10.1.2.3',
        changed(headers, 'x-client-subject', (name) => `${name},OU=x`),
        settings,
      ),
    ).to.equal('credentials-invalid');
    const from = (address: string) =>
      judge('10.1.2.3', [...headers, ['X-Forwarded-For', address]], { ...settings, addresses: ['192.0.2.0/24'] });
    expect(await from('192.0.2.7')).to.equal('believed: core');
    expect(await from('198.51.100.7')).to.equal('address-not-allowed');
  });
});
