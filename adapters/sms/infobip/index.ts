/** Sends through Infobip's SMS API (v3), reads its reports and replies, and asks its logs about messages. See docs/adapters/infobip.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import { readInbound, readReceipts } from './callback.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { lookUp } from './lookup.js';
import { isProven, verify } from './proof.js';
import { sendRequest } from './request.js';

export interface InfobipConfig {
  baseUrl: string;
  apiKey: string;
  callbackHmac?: {
    secret: string;
    header: string;
    algorithm?: 'sha256' | 'sha384' | 'sha512';
    encoding?: 'hex' | 'base64';
  };
  callbackBasic?: { username: string; password: string };
  goneErrors?: string[];
  processesIn: string[];
}

const infobip: SmsAdapterDefinition<InfobipConfig> = {
  name: 'infobip',
  configSchema,
  processesIn: ({ processesIn }) => processesIn,
  create,
};
export default infobip;

function create(config: InfobipConfig, tools: AdapterTools): SmsAdapter {
  return {
    callbacks: isProven(config) ? 'signature' : 'address',
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
