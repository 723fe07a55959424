/** Callbacks of four providers at the addresses that the service really gives them, through its real HTTP. */
import { createHmac, generateKeyPairSync, sign } from 'node:crypto';
import { expect } from 'chai';
import { adapterToken, type CallbackKind, receiptUrl } from '../../src/flows/receipt-address.js';
import { createAdapters } from '../../src/registry/adapters.js';
import { openService, type ServiceUnderTest } from '../http/service-under-test.js';
import { sqlite } from '../support/databases.js';
import { toolsFor } from './sms-contract.js';

const PUBLIC_URL = 'https://bank.example/v1';
const ALERT = 'al_0123456789abcdef';
const { publicKey, privateKey } = generateKeyPairSync('ed25519');
const RAW_KEY = Buffer.from(publicKey.export({ format: 'jwk' }).x as string, 'base64url').toString('base64');
const CONFIGS = [
  { use: 'infobip', baseUrl: 'http://127.0.0.1:1', apiKey: 'k', processesIn: ['DE'] },
  { use: 'sinch', region: 'eu', servicePlanId: 'p', apiToken: 't', callbackSecret: 'sinch-secret' },
  { use: 'telnyx', apiKey: 'k', publicKey: RAW_KEY },
  { use: 'plivo', authId: 'MA01', authToken: 'auth-token' },
];

describe('callbacks of Infobip, Sinch, Telnyx and Plivo, at the service', () => {
  let service: ServiceUnderTest;
  before(async () => {
    service = await openService(sqlite, { only: ['large-withdrawal'], house: { publicUrl: PUBLIC_URL } });
    const tools = (name: string) =>
      toolsFor({ now: () => service.clock.now, receiptUrl: (alertId) => ofAlert(name, alertId) });
    Object.assign(service.house, { adapters: await createAdapters(CONFIGS, tools) });
  });
  after(() => service.close());

  const ofAlert = (name: string, alertId = ALERT) => receiptUrl(service.house.vault, PUBLIC_URL, name, alertId);
  const ofAdapter = (name: string, kind: CallbackKind) =>
    `${PUBLIC_URL}/${kind}/${name}?token=${adapterToken(service.house.vault, name, kind)}`;
  const bare = (name: string, kind: CallbackKind) => `${PUBLIC_URL}/${kind}/${name}`;
  /** As a proxy would pass it on: another host, the same path and query. */
  const call = async (address: string, body: string | URLSearchParams, headers: Record<string, string> = {}) => {
    const json: Record<string, string> = typeof body === 'string' ? { 'content-type': 'application/json' } : {};
    const url = address.replace(PUBLIC_URL, service.url);
    const answer = await fetch(url, { method: 'POST', body, headers: { ...json, ...headers } });
    const text = await answer.text();
    return { status: answer.status, type: answer.headers.get('content-type') ?? '', text };
  };

  it('reads a hundred reports of one call of Infobip', async () => {
    const results = Array.from({ length: 100 }, (_, at) => ({
      messageId: `al_${at}`,
      callbackData: `al_${at}`,
      status: { groupName: 'DELIVERED', name: 'DELIVERED_TO_HANDSET' },
    }));
    const all = await call(ofAdapter('infobip', 'receipts'), JSON.stringify({ results }));
    expect(all.status).to.equal(200);
    expect(JSON.parse(all.text)).to.include({ recorded: 100, ignored: 0 });
  });

  it('believes a call to the address of one alert about that alert alone', async () => {
    const results = [ALERT, 'al_other'].map((id) => ({
      messageId: id,
      callbackData: id,
      status: { groupName: 'DELIVERED', name: 'DELIVERED_TO_HANDSET' },
    }));
    const one = await call(ofAlert('infobip'), JSON.stringify({ results }));
    expect(JSON.parse(one.text)).to.include({ recorded: 1, ignored: 1 });
    const forged = await call(`${bare('infobip', 'receipts')}?alert=${ALERT}&token=x`, JSON.stringify({ results }));
    expect(forged.status).to.equal(401);
    expect((await call(bare('infobip', 'receipts'), JSON.stringify({ results }))).status).to.equal(401);
  });

  it("takes Sinch's signature together with the token in the address, and neither alone is enough there", async () => {
    const body = JSON.stringify({
      type: 'recipient_delivery_report_sms',
      batch_id: 'b-1',
      client_reference: ALERT,
      status: 'Delivered',
      code: 0,
    });
    const timestamp = String(service.clock.now / 1000);
    const signature = createHmac('sha256', 'sinch-secret').update(`${body}.n-1.${timestamp}`).digest('base64');
    const headers = {
      'x-sinch-webhook-signature-algorithm': 'HmacSHA256',
      'x-sinch-webhook-signature-nonce': 'n-1',
      'x-sinch-webhook-signature-timestamp': timestamp,
      'x-sinch-webhook-signature': signature,
    };
    expect(await call(ofAlert('sinch'), body, headers)).to.have.property('status', 200);
    expect(await call(ofAlert('sinch'), body)).to.have.property('status', 401);
    const wrong = `${bare('sinch', 'receipts')}?alert=${ALERT}&token=wrong`;
    expect(await call(wrong, body, headers)).to.have.property('status', 401);
  });

  it("takes Telnyx's events at any of its addresses, signed", async () => {
    const event = (type: string, payload: object) => JSON.stringify({ data: { event_type: type, payload } });
    const signed = (body: string) => {
      const timestamp = String(service.clock.now / 1000);
      const signature = sign(null, Buffer.from(`${timestamp}|${body}`), privateKey).toString('base64');
      return { 'telnyx-timestamp': timestamp, 'telnyx-signature-ed25519': signature };
    };
    const report = event('message.finalized', {
      id: 'm-1',
      to: [{ status: 'delivered' }],
      webhook_url: ofAlert('telnyx'),
    });
    for (const address of [ofAlert('telnyx'), ofAdapter('telnyx', 'receipts'), bare('telnyx', 'receipts')])
      expect(await call(address, report, signed(report))).to.have.property('status', 200);
    expect(await call(ofAlert('telnyx'), report)).to.have.property('status', 401);
    const reply = event('message.received', {
      id: 'in-1',
      from: { phone_number: '+12015550199' },
      to: [{ phone_number: '+12015550100' }],
      text: 'hello',
    });
    expect(await call(bare('telnyx', 'inbound'), reply, signed(reply))).to.have.property('status', 200);
    expect(await call(ofAdapter('telnyx', 'inbound'), report, signed(report))).to.have.property('status', 200);
  });

  it("takes Plivo's forms signed over the address as Plivo calls it, and answers with XML", async () => {
    const form = new URLSearchParams({ MessageUUID: 'm-1', Status: 'delivered', To: '12015550123' });
    const signed = (address: string) => {
      const fields = [...form].map(([name, value]) => name + value).join('');
      const separator = address.includes('?') ? '.' : '?';
      const text = `${address}${separator}${fields}.n-1`;
      return {
        'x-plivo-signature-ma-v3': createHmac('sha256', 'auth-token').update(text).digest('base64'),
        'x-plivo-signature-v3-nonce': 'n-1',
      };
    };
    for (const address of [ofAlert('plivo'), ofAdapter('plivo', 'receipts'), bare('plivo', 'receipts')]) {
      const { status, type, text } = await call(address, form, signed(address));
      expect({ status, type, text }).to.deep.equal({
        status: 200,
        type: 'application/xml',
        text: '<Response></Response>',
      });
    }
    const inner = ofAlert('plivo').replace(PUBLIC_URL, service.url);
    expect(await call(ofAlert('plivo'), form, signed(inner))).to.have.property('status', 401);
    expect(await call(ofAlert('plivo', 'al_other'), form, signed(ofAlert('plivo')))).to.have.property('status', 401);
  });
});
