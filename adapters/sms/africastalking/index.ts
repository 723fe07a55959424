/** Sends through Africa's Talking's SMS API (`/version1/messaging`). See docs/adapters/africastalking.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipt } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { messagingRequest } from './request.js';

export interface AfricasTalkingConfig {
  username: string;
  apiKey: string;
  baseUrl?: string;
  enqueue?: boolean;
  processesIn?: string[];
  timeoutMs?: number;
}

const africastalking: SmsAdapterDefinition<AfricasTalkingConfig> = {
  name: 'africastalking',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? ['KE'],
  create,
};
export default africastalking;

function create(config: AfricasTalkingConfig, tools: AdapterTools): SmsAdapter {
  return {
    send: async (message) => readAnswer(await tools.http(messagingRequest(config, message)), tools.now()),
    // Nothing is signed, and one address serves the whole account: its secret was checked before these run.
    callbacks: 'address',
    receipts: (request) => [readReceipt(request)],
    inbound: (request) => [readInbound(request)],
  };
}
