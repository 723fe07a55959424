/** Signed by Stripe's official package. */
import { expect } from 'chai';
import Stripe from 'stripe';
import { createVerifier } from '../../../../src/http/signature/schemes/index.js';
import { BODY, changed, describeScheme, type Headers, inbound, NO_TOOLS, NOW, outcome } from './scheme-contract.js';

const SECRETS = { old: 'whsec_the_old_secret_of_the_test', new: 'whsec_the_new_secret_of_the_test' };
const { webhooks } = new Stripe('sk_test_nothing');
const signed = (payload: string, at: number, secret: string) =>
  webhooks.generateTestHeaderString({ payload, secret, timestamp: Math.floor(at / 1000) });

describeScheme({
  title: 'stripe',
  settings: (secrets) => ({ scheme: 'stripe', secrets: secrets.map((id) => ({ id, secret: SECRETS[id] })) }),
  sign: (body, at, secret) => [['Stripe-Signature', signed(body, at, SECRETS[secret])]],
  required: ['stripe-signature'],
  otherEncodings: (headers) =>
    [
      (value: string) => value.replace(/v1=(.*)/, (_all, proof) => `v1=${proof.toUpperCase()}`),
      (value: string) => value.replace('t=', 't=0'),
      (value: string) => value.replace(',', ', '),
      (value: string) => value.replace(/^(t=\d+)/, '$1,$1'),
      (value: string) => value.replace('v1=', 'v0='),
    ].map((change) => changed(headers, 'stripe-signature', change)),
});

describe('stripe, several signatures', () => {
  const judge = async (headers: Headers) =>
    outcome(
      await createVerifier({ scheme: 'stripe', secrets: [{ id: 'new', secret: SECRETS.new }] }, NO_TOOLS).verify(
        inbound(headers),
      ),
    );

  it('believes one valid of several v1, and ignores other versions', async () => {
    const [time, byNew] = signed(BODY, NOW, SECRETS.new).split(',');
    const byOld = signed(BODY, NOW, SECRETS.old).split(',')[1];
    for (const value of [`${time},${byOld},${byNew}`, `${time},${byNew},${byOld},v0=abc`]) {
      expect(await judge([['Stripe-Signature', value]])).to.equal('believed: new');
    }
    expect(await judge([['Stripe-Signature', `${time},${byOld}`]])).to.equal('signature-invalid');
    expect(await judge([['Stripe-Signature', `${byNew}`]])).to.equal('signature-missing');
    expect(await judge([['Stripe-Signature', `${time},v0=abc`]])).to.equal('signature-malformed');
  });

  it('agrees with the package on what it takes', async () => {
    const value = signed(BODY, NOW, SECRETS.new);
    expect(webhooks.constructEvent(BODY, value, SECRETS.new, 300, undefined, NOW).id).to.equal('e-1');
    expect(await judge([['Stripe-Signature', value]])).to.equal('believed: new');
  });
});
