/** Sends through Twilio's Programmable Messaging, reads its signed callbacks and asks it about messages. See docs/adapters/twilio.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipt } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { messageRequest, REGIONS } from './request.js';

export interface TwilioConfig {
  accountSid: string;
  authToken: string;
  apiKeySid?: string;
  apiKeySecret?: string;
  messagingServiceSid?: string;
  region?: keyof typeof REGIONS;
  baseUrl?: string;
  timeoutMs?: number;
}

const twilio: SmsAdapterDefinition<TwilioConfig> = {
  name: 'twilio',
  configSchema,
  processesIn: ({ region = 'us1' }) => [REGIONS[region].country],
  create,
};
export default twilio;

function create(config: TwilioConfig, tools: AdapterTools): SmsAdapter {
  return {
    async send(message) {
      const request = messageRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (request) => lookUp(config, tools, request),
    callbacks: 'signature',
    receipts: (request) => [readReceipt(config, request)],
    inbound: (request) => [readInbound(config, request)],
    // Twilio reads TwiML in answer to a customer's message: an empty one sends nothing back.
    callbackAnswer: { status: 200, contentType: 'text/xml', body: '<Response/>' },
  };
}
