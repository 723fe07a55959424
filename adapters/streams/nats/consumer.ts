/** The durable consumer of one partition: made where it is missing, and held to what order needs of it. */
import type { ConsumerConfig, ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { LedgerbellError } from '../../../src/contracts/errors.js';
import type { Libraries } from './libraries.js';
import { ackWaitMs, maxPending, type NatsConfig, type PartitionNames } from './settings.js';

/** JetStream's own number for a consumer that is not there. */
const CONSUMER_NOT_FOUND = 10_014;

/** @throws LedgerbellError `stream-consumer-differs`, `stream-consumer-missing`; JetStream's own errors, the stream's absence among them */
export async function ensureConsumer(
  manager: JetStreamManager,
  { jetstream, core }: Libraries,
  config: NatsConfig,
  names: PartitionNames,
): Promise<ConsumerInfo> {
  const { stream } = config;
  const found = await findConsumer(manager, stream, names.durable);
  const wanted = { ack_wait: core.nanos(ackWaitMs(config)), max_ack_pending: maxPending(config) };
  if (found === undefined) {
    if (config.createConsumers === false) {
      throw new LedgerbellError('stream-consumer-missing', `The stream has no consumer ${names.durable}`);
    }
    return manager.consumers.add(stream, {
      durable_name: names.durable,
      ack_policy: jetstream.AckPolicy.Explicit,
      deliver_policy: config.start === 'new' ? jetstream.DeliverPolicy.New : jetstream.DeliverPolicy.All,
      ...(names.subject === undefined ? {} : { filter_subject: names.subject }),
      ...wanted,
    });
  }
  hold(found.config, names, jetstream);
  const isSame = found.config.ack_wait === wanted.ack_wait && found.config.max_ack_pending === wanted.max_ack_pending;
  if (isSame || config.createConsumers === false) return found;
  return manager.consumers.update(stream, names.durable, wanted);
}

/** Another filter would leave events out or give an account to two readers; another policy would lose what a crash left. */
function hold(
  config: ConsumerConfig,
  { durable, subject }: PartitionNames,
  { AckPolicy }: Libraries['jetstream'],
): void {
  const isExplicit = config.ack_policy === AckPolicy.Explicit && config.deliver_subject === undefined;
  if (isExplicit && (config.filter_subject || undefined) === subject && (config.max_deliver ?? -1) < 1) return;
  throw new LedgerbellError(
    'stream-consumer-differs',
    `The consumer ${durable} is there with another filter, with a limit of deliveries, or without explicit acknowledgements`,
  );
}

async function findConsumer(
  manager: JetStreamManager,
  stream: string,
  durable: string,
): Promise<ConsumerInfo | undefined> {
  try {
    return await manager.consumers.info(stream, durable);
  } catch (error) {
    if ((error as { code?: unknown }).code === CONSUMER_NOT_FOUND) return undefined;
    throw error;
  }
}
