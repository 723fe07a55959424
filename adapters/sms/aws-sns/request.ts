/** Builds a `Publish` of the Query API, signed with Signature Version 4. There is no field for an encoding or a validity. */
import { createHash } from 'node:crypto';
import aws4 from 'aws4';
import type { HttpRequest, SmsMessage } from '../../../src/contracts/adapter.js';
import { addressOf, isAlphanumericSender } from '../shared/address.js';
import type { AwsSnsConfig } from './index.js';

/** `Transactional` buys the surer routes. */
const TYPES = { otp: 'Transactional', security: 'Transactional', service: 'Transactional', marketing: 'Promotional' };

export function publishRequest(config: AwsSnsConfig, message: SmsMessage, now: number): HttpRequest {
  const url = addressOf(config.baseUrl ?? endpointOf(config.region), '/');
  const body = publishForm(config, message).toString();
  return { method: 'POST', url, headers: signedHeaders(config, url, body, now), body, timeoutMs: config.timeoutMs };
}

function publishForm({ maxPrice }: AwsSnsConfig, message: SmsMessage): URLSearchParams {
  const form = new URLSearchParams({
    Action: 'Publish',
    Version: '2010-03-31',
    PhoneNumber: message.to,
    Message: message.text,
  });
  const sender = isAlphanumericSender(message.from) ? 'AWS.SNS.SMS.SenderID' : 'AWS.MM.SMS.OriginationNumber';
  const attributes: [name: string, type: 'String' | 'Number', value: string | undefined][] = [
    [sender, 'String', message.from],
    ['AWS.SNS.SMS.SMSType', 'String', TYPES[message.lane]],
    ['AWS.SNS.SMS.MaxPrice', 'Number', maxPrice],
    ['alert-id', 'String', message.alertId],
  ];
  for (const [index, [name, type, value]] of attributes.filter(([, , value]) => value !== undefined).entries()) {
    const entry = `MessageAttributes.entry.${index + 1}`;
    form.set(`${entry}.Name`, name);
    form.set(`${entry}.Value.DataType`, type);
    form.set(`${entry}.Value.StringValue`, value as string);
  }
  return form;
}

/** China's regions have a domain of their own. */
function endpointOf(region: string): string {
  return `https://sns.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}`;
}

function signedHeaders(config: AwsSnsConfig, url: string, body: string, now: number): Record<string, string> {
  const { accessKeyId, secretAccessKey, sessionToken, region } = config;
  const { host, pathname } = new URL(url);
  const signed = aws4.sign(
    {
      method: 'POST',
      host,
      path: pathname,
      service: 'sns',
      region,
      headers: {
        'X-Amz-Date': new Date(now).toISOString().replace(/[:-]|\.\d{3}/g, ''),
        'X-Amz-Content-Sha256': createHash('sha256').update(body).digest('hex'),
      },
      body,
    },
    { accessKeyId, secretAccessKey, sessionToken },
  );
  return Object.fromEntries(Object.entries(signed.headers ?? {}).map(([name, value]) => [name, String(value)]));
}
