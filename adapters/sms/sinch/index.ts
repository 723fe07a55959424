/** Sends through Sinch's SMS API (`/xms/v1`, batches), reads its delivery reports and replies, and asks it about messages. See docs/adapters/sinch.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipts } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { sendRequest } from './request.js';
import { verify } from './signature.js';

export interface SinchConfig {
  region: 'us' | 'eu' | 'br' | 'au' | 'ca';
  baseUrl?: string;
  servicePlanId: string;
  apiToken: string;
  callbackSecret?: string;
  callbackToleranceSeconds?: number;
  goneErrors?: string[];
  processesIn?: string[];
}

const sinch: SmsAdapterDefinition<SinchConfig> = {
  name: 'sinch',
  configSchema,
  processesIn: ({ processesIn, region }) => processesIn ?? [region.toUpperCase()],
  create,
};
export default sinch;

function create(config: SinchConfig, tools: AdapterTools): SmsAdapter {
  return {
    callbacks: config.callbackSecret === undefined ? 'address' : 'signature',
    async send(message) {
      const request = sendRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (request) => lookUp(config, request, tools),
    receipts(request) {
      verify(config, request, tools.now());
      return readReceipts(config, request);
    },
    inbound(request) {
      verify(config, request, tools.now());
      return readInbound(request);
    },
  };
}
