/** Sends through Telnyx's messaging API (v2), reads its signed webhooks, and asks it about messages. See docs/adapters/telnyx.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipts } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { sendRequest } from './request.js';
import { createVerifier } from './signature.js';

export interface TelnyxConfig {
  baseUrl?: string;
  apiKey: string;
  publicKey: string;
  messagingProfileId?: string;
  callbackToleranceSeconds?: number;
  goneErrors?: string[];
  processesIn?: string[];
}

const telnyx: SmsAdapterDefinition<TelnyxConfig> = {
  name: 'telnyx',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? ['US'],
  create,
};
export default telnyx;

function create(config: TelnyxConfig, tools: AdapterTools): SmsAdapter {
  const verify = createVerifier(config);
  return {
    callbacks: 'signature',
    async send(message) {
      const request = sendRequest(config, message, tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (request) => lookUp(config, request, tools),
    receipts(request) {
      verify(request, tools.now());
      return readReceipts(config, request, tools);
    },
    inbound(request) {
      verify(request, tools.now());
      return readInbound(request);
    },
  };
}
