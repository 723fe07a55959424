/**
 * What a STOP ends. It belongs to a number, not to a customer: everybody who shares the number is stopped, and an erasure
 * leaves it. A START takes back the STOP and nothing else: it is no consent.
 */
import type { CompiledRule } from '../rules/rule-set.js';
import type { StopCoverage } from './policy.js';

/** Stands in the place of a topic, and is none: a topic's name holds no `*`. */
export function stopTopic(covers: StopCoverage): string {
  return `*${covers}`;
}

/** @param stops topics, and the two that stand for many */
export function isStopped(
  { topic, document, lane }: Pick<CompiledRule, 'topic' | 'document' | 'lane'>,
  stops: readonly string[] | undefined,
): boolean {
  if (stops === undefined || stops.length === 0) return false;
  if (lane === 'marketing') return true;
  if (topic.consent === 'mandatory') return false;
  return stops.includes(stopTopic('opt-out')) || stops.includes(document.topic);
}
