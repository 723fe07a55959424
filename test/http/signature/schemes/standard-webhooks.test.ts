/** Signed by the official package, standardwebhooks; Lithic's own package reads what it signs, and is asked whether it agrees. */
import { expect } from 'chai';
import Lithic from 'lithic';
import { Webhook } from 'standardwebhooks';
import { createVerifier } from '../../../../src/http/signature/schemes/index.js';
import { changed, describeScheme, inbound, NO_TOOLS, otherBase64, outcome } from './scheme-contract.js';

const SECRETS = { old: 'whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD', new: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' };

describeScheme({
  title: 'standard-webhooks',
  settings: (secrets) => ({ scheme: 'standard-webhooks', secrets: secrets.map((id) => ({ id, secret: SECRETS[id] })) }),
  sign: (body, at, secret) => [
    ['webhook-id', 'msg_1'],
    ['webhook-timestamp', String(Math.floor(at / 1000))],
    ['webhook-signature', new Webhook(SECRETS[secret]).sign('msg_1', new Date(at), body)],
  ],
  required: ['webhook-id', 'webhook-timestamp', 'webhook-signature'],
  otherEncodings: (headers) => [
    ...otherBase64(headers, 'webhook-signature', 'v1,'),
    changed(headers, 'webhook-timestamp', (time) => `+${time}`),
  ],
});

describe('standard-webhooks, from Lithic', () => {
  it('believes what the package of Lithic believes', async () => {
    const now = Date.now();
    const body = '{"event_type":"balance.updated","data":[]}';
    const headers = {
      'webhook-id': 'msg_1',
      'webhook-timestamp': String(Math.floor(now / 1000)),
      'webhook-signature': new Webhook(SECRETS.new).sign('msg_1', new Date(now), body),
    };
    const lithic = new Lithic({ apiKey: 'of the test', webhookSecret: SECRETS.new });
    expect(() => lithic.webhooks.parse(body, { headers, secret: SECRETS.new })).to.not.throw();
    const verifier = createVerifier({ scheme: 'standard-webhooks', secrets: [SECRETS.new] }, NO_TOOLS);
    const request = inbound(Object.entries(headers), { rawBody: Buffer.from(body), now });
    expect(outcome(await verifier.verify(request))).to.equal('believed: secret-1');
  });
});
