/** A JetStream message as the core reads it: names of headers in lower case, as CloudEvents' attributes are. */
import type { JsMsg } from '@nats-io/jetstream';
import type { StreamMessage } from '../../../src/contracts/stream.js';

export function toMessage({ seq, headers, data }: Pick<JsMsg, 'seq' | 'headers' | 'data'>): StreamMessage {
  const pairs = (headers?.keys() ?? []).map((name): [string, string] => [
    name.toLowerCase(),
    headers?.last(name) ?? '',
  ]);
  return { id: String(seq), headers: Object.fromEntries(pairs), body: Buffer.from(data) };
}
