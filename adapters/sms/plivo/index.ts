/** Sends through Plivo's Message API, reads its callbacks, and asks it about messages. See docs/adapters/plivo.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipts } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { sendRequest } from './request.js';
import { verify } from './signature.js';

export interface PlivoConfig {
  baseUrl?: string;
  authId: string;
  authToken: string;
  callbackTokens?: string[];
  callbacks?: 'signature' | 'address';
  log?: 'true' | 'false' | 'content_only' | 'number_only';
  goneErrors?: string[];
  processesIn?: string[];
}

const plivo: SmsAdapterDefinition<PlivoConfig> = {
  name: 'plivo',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? ['US'],
  create,
};
export default plivo;

function create(config: PlivoConfig, tools: AdapterTools): SmsAdapter {
  return {
    callbacks: config.callbacks ?? 'signature',
    // what an incoming message is answered with: XML, of which an empty one sends nothing back
    callbackAnswer: { status: 200, contentType: 'application/xml', body: '<Response></Response>' },
    async send(message) {
      const request = sendRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (request) => lookUp(config, request, tools),
    receipts(request) {
      verify(config, request);
      return readReceipts(config, request);
    },
    inbound(request) {
      verify(config, request);
      return readInbound(request);
    },
  };
}
