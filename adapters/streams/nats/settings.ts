/** The settings with what is not set filled in, and the names that follow from them. */
export interface NatsConfig {
  servers: string[];
  stream: string;
  durable: string;
  subject?: string;
  partitions?: number;
  start?: 'all' | 'new';
  createConsumers?: boolean;
  ackWaitSeconds?: number;
  maxPending?: number;
  domain?: string;
  user?: string;
  password?: string;
  token?: string;
  nkeySeed?: string;
  credentials?: string;
  tls?: { authority?: string; certificate?: string; key?: string };
  reconnectMs?: number;
}

export interface PartitionNames {
  /** Its number, as text. */
  partition: string;
  durable: string;
  /** Absent: everything in the stream. */
  subject?: string;
}

export const LONGEST_WAIT_MS = 30_000;

export const ackWaitMs = ({ ackWaitSeconds = 30 }: NatsConfig): number => ackWaitSeconds * 1000;
export const maxPending = ({ maxPending: pending = 1000 }: NatsConfig): number => pending;
export const reconnectMs = ({ reconnectMs: first = 500 }: NatsConfig): number => first;

export function partitionNames({ durable, subject, partitions = 1 }: NatsConfig): PartitionNames[] {
  return Array.from({ length: partitions }, (_, index) => {
    const partition = String(index);
    const filter = subject === undefined ? {} : { subject: subject.replace('{partition}', partition) };
    return { partition, durable: partitions === 1 ? durable : `${durable}-${partition}`, ...filter };
  });
}
