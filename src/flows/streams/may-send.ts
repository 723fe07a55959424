/** Holds an event that came over a stream against what that stream may send. */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LedgerEvent } from '../../contracts/event.js';

/** An absent limit allows all. */
export interface StreamLimits {
  /** Exact sources. */
  sources?: readonly string[];
  /** Exact types, or `transaction.*`. */
  types?: readonly string[];
  /** The one legal entity or brand it speaks for, and whose events are that name none. */
  entity?: string;
}

/** @throws LedgerbellError `stream-may-not-send` */
export function streamMaySend(
  { sources, types, entity }: StreamLimits,
  event: Pick<LedgerEvent, 'source' | 'type' | 'entity'>,
): void {
  const maySource = sources === undefined || sources.includes(event.source);
  const mayType = types === undefined || types.some((allowed) => covers(allowed, event.type));
  const mayEntity = entity === undefined || entity === event.entity;
  if (maySource && mayType && mayEntity) return;
  throw new LedgerbellError('stream-may-not-send', 'This stream may not send this source, type or entity');
}

function covers(allowed: string, type: string): boolean {
  return allowed.endsWith('*') ? type.startsWith(allowed.slice(0, -1)) : allowed === type;
}
