/** Sends through MessageBird's SMS API (`rest.messagebird.com`, today Bird's "legacy" API). See docs/adapters/messagebird.md. */
import type {
  AdapterTools,
  CallbackRequest,
  SmsAdapter,
  SmsAdapterDefinition,
} from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { readInbound } from './inbound.js';
import { lookupMessage } from './lookup.js';
import { readReceipt } from './receipt.js';
import { messageRequest } from './request.js';
import { verifySignature } from './signature.js';

export interface MessageBirdConfig {
  accessKey: string;
  signingKey?: string;
  baseUrl?: string;
  gateway?: number;
  processesIn?: string[];
  timeoutMs?: number;
}

const messagebird: SmsAdapterDefinition<MessageBirdConfig> = {
  name: 'messagebird',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? ['NL'],
  create,
};
export default messagebird;

function create(config: MessageBirdConfig, tools: AdapterTools): SmsAdapter {
  const { signingKey } = config;
  const verify = (request: CallbackRequest) => {
    if (signingKey !== undefined) verifySignature(request, signingKey, tools.now());
  };
  return {
    async send(message) {
      const request = messageRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    lookup: (wanted) => lookupMessage(config, wanted, tools),
    callbacks: signingKey === undefined ? 'address' : 'signature',
    receipts(request) {
      verify(request);
      return [readReceipt(request, signingKey !== undefined)];
    },
    inbound(request) {
      verify(request);
      return [readInbound(request)];
    },
  };
}
