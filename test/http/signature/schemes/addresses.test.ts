import { expect } from 'chai';
import { createVerifier, SCHEMES, type SignatureSettings } from '../../../../src/http/signature/schemes/index.js';
import { type Headers, inbound, NO_TOOLS, outcome } from './scheme-contract.js';

const NONE = { scheme: 'none', acknowledge: 'anyone-who-reaches-this-address-can-post' };

const judge = async (settings: Partial<SignatureSettings>, remoteAddress: string | undefined, headers: Headers = []) =>
  outcome(await createVerifier({ ...NONE, ...settings }, NO_TOOLS).verify(inbound(headers, { remoteAddress })));
const forwarded = (...values: string[]): Headers => values.map((value) => ['X-Forwarded-For', value]);

describe('addresses that may send', () => {
  const addresses = ['10.20.0.0/16', '192.0.2.7', '2001:db8::/32'];

  it('are single ones and networks, of both families, and as a socket for both shows them', async () => {
    for (const address of [
      '10.20.0.1',
      '10.20.255.255',
      '192.0.2.7',
      '2001:db8::1',
      '::ffff:10.20.0.1',
      '::FFFF:192.0.2.7',
    ]) {
      expect(await judge({ addresses }, address), address).to.equal('believed: unsigned');
    }
    for (const address of [
      '10.21.0.0',
      '192.0.2.8',
      '2001:db9::1',
      '::1',
      '::ffff:10.21.0.1',
      'localhost',
      '',
      undefined,
    ]) {
      expect(await judge({ addresses }, address), address).to.equal('address-not-allowed');
    }
  });

  it('are not believed of a header, unless a proxy of ours wrote it', async () => {
    expect(await judge({ addresses }, '203.0.113.9', forwarded('10.20.0.1'))).to.equal('address-not-allowed');
    const proxies = ['203.0.113.9'];
    expect(await judge({ addresses, proxies }, '203.0.113.9', forwarded('10.20.0.1'))).to.equal('believed: unsigned');
    expect(await judge({ addresses, proxies }, '203.0.113.8', forwarded('10.20.0.1'))).to.equal('address-not-allowed');
  });

  it('are the last ones that no proxy of ours has: what stands before was written by the caller', async () => {
    const proxies = ['203.0.113.0/24'];
    const seen = (...values: string[]) => judge({ addresses, proxies }, '203.0.113.9', forwarded(...values));
    expect(await seen('10.20.0.1, 198.51.100.1')).to.equal('address-not-allowed');
    expect(await seen('198.51.100.1, 10.20.0.1')).to.equal('believed: unsigned');
    expect(await seen('198.51.100.1', '10.20.0.1, 203.0.113.1')).to.equal('believed: unsigned');
    for (const none of ['', 'unknown', '203.0.113.1', '10.20.0.1:8080'])
      expect(await seen(none)).to.equal('address-not-allowed');
    expect(await judge({ addresses, proxies }, '203.0.113.9')).to.equal('address-not-allowed');
  });

  it('are held to with every scheme, before its proof is looked at', async () => {
    const settings = { scheme: 'hmac', preset: 'column', secrets: ['a secret of the test'], addresses };
    const verdict = await createVerifier(settings, NO_TOOLS).verify(inbound([], { remoteAddress: '203.0.113.9' }));
    expect(outcome(verdict)).to.equal('address-not-allowed');
  });
});

describe('none', () => {
  it('lets nobody in without a list of addresses, should a configuration ever come without', async () => {
    expect(await judge({}, '127.0.0.1')).to.equal('address-not-allowed');
  });

  it('says who sent and what may be sent', async () => {
    const limits = { id: 'fineract', sources: ['core'], types: ['transaction.*'], entity: 'ee' };
    const verdict = await createVerifier({ ...NONE, addresses: ['192.0.2.1'], ...limits }, NO_TOOLS).verify(
      inbound([]),
    );
    expect(verdict).to.deep.equal({ ok: true, secret: limits });
  });
});

describe('createVerifier', () => {
  it('refuses a scheme that does not exist, and no two have one name', () => {
    expect(() => createVerifier({ scheme: 'trust-me' }, NO_TOOLS))
      .to.throw()
      .with.property('code', 'config-invalid');
    const names = SCHEMES.map(({ name }) => name);
    expect(new Set(names).size).to.equal(names.length);
  });
});
