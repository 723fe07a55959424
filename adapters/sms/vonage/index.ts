/** Sends through Vonage's (formerly Nexmo's) SMS API and reads its signed callbacks. See docs/adapters/vonage.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipt } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { smsRequest } from './request.js';

export interface VonageConfig {
  apiKey: string;
  apiSecret: string;
  signatureSecret?: string;
  signatureMethod?: 'sha256' | 'sha512' | 'sha1' | 'md5' | 'jwt';
  reportsUrl?: string;
  processesIn?: string[];
  baseUrl?: string;
  timeoutMs?: number;
}

const vonage: SmsAdapterDefinition<VonageConfig> = {
  name: 'vonage',
  configSchema,
  // One address serves every data centre, so without a word of the bank it may be any of them.
  processesIn: ({ processesIn }) => processesIn ?? ['EU', 'SG', 'US'],
  create,
};
export default vonage;

function create(config: VonageConfig, tools: AdapterTools): SmsAdapter {
  const { signatureSecret, reportsUrl } = config;
  const adapter: SmsAdapter = {
    async send(message) {
      const receiptUrl = signatureSecret === undefined ? undefined : tools.receiptUrl(message.alertId);
      const request = smsRequest(config, message, tools.now(), receiptUrl);
      return readAnswer(await tools.http(request), tools.now());
    },
  };
  if (reportsUrl !== undefined) adapter.lookup = (request) => lookUp(config, reportsUrl, tools.http, request);
  if (signatureSecret !== undefined) {
    adapter.callbacks = 'signature';
    adapter.receipts = (request) => [readReceipt(config, request, tools.now())];
    adapter.inbound = (request) => readInbound(config, request, tools.now());
  }
  return adapter;
}
