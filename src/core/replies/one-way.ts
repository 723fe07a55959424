/** Senders that cannot be answered: a name instead of a number. A text that asks for a reply must not come from one. */
import type { Lane } from '../../contracts/rule.js';
import type { Route } from '../delivery/route.js';

export interface Senders {
  /** By lane, `default` for the rest. */
  senders: Readonly<Record<string, string>>;
  routes?: readonly Pick<Route, 'lanes' | 'topics' | 'sender'>[];
}

/** The names that a message of this lane and topic may come from, in whatever country or entity its customer is. */
export function oneWaySenders({ senders, routes }: Senders, message: { lane: Lane; topic: string }): string[] {
  const usual = senders[message.lane] ?? senders.default ?? '';
  const fitting = (routes ?? [{}]).filter(
    ({ lanes, topics }) => (lanes?.includes(message.lane) ?? true) && (topics?.includes(message.topic) ?? true),
  );
  const possible = new Set(fitting.map(({ sender }) => sender ?? usual));
  return [...possible].filter((sender) => !isNumber(sender));
}

export function isNumber(sender: string): boolean {
  return /^\+?\d{3,15}$/.test(sender);
}
