/** Sends through Amazon SNS, straight to a phone number (`Publish`). See docs/adapters/aws-sns.md. */
import type { AdapterTools, SmsAdapter, SmsAdapterDefinition } from '../../../src/contracts/adapter.js';
import { readAnswer } from './answer.js';
import configSchema from './config.schema.json' with { type: 'json' };
import { countryOf } from './regions.js';
import { publishRequest } from './request.js';

export interface AwsSnsConfig {
  region: string;
  accessKeyId: string;
  secretAccessKey: string;
  sessionToken?: string;
  baseUrl?: string;
  maxPrice?: string;
  processesIn?: string[];
  timeoutMs?: number;
}

const awsSns: SmsAdapterDefinition<AwsSnsConfig> = {
  name: 'aws-sns',
  configSchema,
  processesIn: ({ processesIn, region }) => processesIn ?? [countryOf(region)],
  create,
};
export default awsSns;

/** SNS calls nobody back about an SMS, and cannot be asked: what became of one stands in CloudWatch alone. */
function create(config: AwsSnsConfig, tools: AdapterTools): SmsAdapter {
  return {
    send: async (message) => readAnswer(await tools.http(publishRequest(config, message, tools.now())), tools.now()),
  };
}
