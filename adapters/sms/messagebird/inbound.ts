/** Reads an SMS that a customer sent to a number of the bank, as MessageBird forwards it. */
import type { CallbackRequest, InboundMessage } from '../../../src/contracts/adapter.js';
import { toE164 } from '../shared/address.js';
import { malformed } from '../shared/callback.js';
import { parametersOf } from './parameters.js';

/** @throws CallbackRefused `callback-malformed` */
export function readInbound(request: CallbackRequest): InboundMessage {
  const parameter = parametersOf(request);
  const from = toE164(parameter('originator'));
  const to = parameter('recipient');
  // `payload` is what the flow builder's "forward to URL" calls it
  const text = parameter('body') ?? parameter('payload');
  if (from === undefined || to === undefined || text === undefined || parameter('status') !== undefined)
    throw malformed('this is no message of a customer');
  const providerId = parameter('id');
  return { ...(providerId && { providerId }), from, to, text };
}
