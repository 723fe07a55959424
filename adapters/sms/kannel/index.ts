/** Sends through a Kannel gateway's `sendsms` and reads its delivery reports. See docs/adapters/kannel.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { readReceipt } from './receipt.js';
import { sendsmsRequest } from './request.js';

export interface KannelConfig {
  baseUrl: string;
  username: string;
  password: string;
  smsc?: string;
  processesIn?: string[];
  timeoutMs?: number;
  goneErrors?: string[];
}

const kannel: SmsAdapterDefinition<KannelConfig> = {
  name: 'kannel',
  configSchema,
  processesIn: ({ processesIn }) => processesIn ?? [],
  create,
};
export default kannel;

function create(config: KannelConfig, tools: AdapterTools): SmsAdapter {
  return {
    async send(message) {
      const request = sendsmsRequest(config, message, tools.now(), tools.receiptUrl(message.alertId));
      return readAnswer(await tools.http(request), tools.now());
    },
    receipts: (request) => [readReceipt(request, config.goneErrors ?? [])],
  };
}
