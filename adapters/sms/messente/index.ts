/** Sends through Messente's Omnichannel API, SMS only, and reads its signed reports. See docs/adapters/messente.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipt } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { omnimessageRequest } from './request.js';

export interface MessenteConfig {
  username: string;
  password: string;
  inboundSecret?: string;
  textStore?: 'nostore' | 'plaintext' | 'sha256';
  processesIn?: string[];
  goneErrors?: number[];
  baseUrl?: string;
  timeoutMs?: number;
}

const messente: SmsAdapterDefinition<MessenteConfig> = {
  name: 'messente',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? ['EU'],
  create,
};
export default messente;

function create(config: MessenteConfig, tools: AdapterTools): SmsAdapter {
  return {
    async send(message) {
      const request = omnimessageRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (request) => lookUp(config, tools.http, request),
    // The signature covers the body and not the address, so the alert in the address needs the address's own proof as well.
    callbacks: 'address',
    receipts: (request) => [readReceipt(config, request)],
    inbound: (request) => [readInbound(config, request)],
  };
}
