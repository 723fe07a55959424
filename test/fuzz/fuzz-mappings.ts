/**
 * Every shipped mapping over spoiled payloads. Whatever comes, it ends within its steps and its size, what is refused has a
 * name of the lists, nothing is added to any prototype, and what is refused can be kept and mapped again with the same end.
 */

import type { SourceDelivery } from '../../src/contracts/source.js';
import { EVENT_REFUSAL_CODES } from '../../src/core/event/event-refusal.js';
import type { CompiledMapping } from '../../src/core/sources/compiled-mapping.js';
import type { Value } from '../../src/core/sources/expression/value.js';
import { keepDelivery, reopenDelivery } from '../../src/core/sources/kept-delivery.js';
import { fetchesOf, mapItem, openDelivery, type SourceSettings } from '../../src/core/sources/map-delivery.js';
import { isMappingRefusalCode, MappingRefused } from '../../src/core/sources/mapping-refused.js';
import { withDefaults } from '../../src/core/sources/parameters.js';
import { parseMapped } from '../../src/core/sources/parse-mapped.js';
import { loadCases, loadMapping, SHIPPED_MAPPINGS } from '../../src/registry/sources.js';
import { mutated, randomOf } from './mutate.js';

export interface Seed {
  mapping: CompiledMapping;
  settings: SourceSettings;
  delivery: Omit<SourceDelivery, 'body'>;
  body: string;
  fetched: Record<string, Value>;
}

export interface Fuzzed {
  payloads: number;
  events: number;
  ignored: number;
  /** By code. */
  refused: Map<string, number>;
  /** The longest one took, milliseconds, and the most steps one item took. */
  slowest: number;
  faults: string[];
}

const RECEIVED = Date.UTC(2026, 10, 22, 12);

/** Every example of every shipped mapping. */
export function seeds(): Seed[] {
  return SHIPPED_MAPPINGS.flatMap((name) => {
    const loaded = loadMapping(name, '/');
    const found = loadCases(loaded);
    return (found?.cases ?? []).map(({ example, body, fetched }) => {
      const headers = Object.fromEntries(
        Object.entries({ ...found?.document.headers, ...example.headers }).map(([key, value]) => [
          key.toLowerCase(),
          value,
        ]),
      );
      const contentType =
        example.contentType ?? (example.text === undefined ? 'application/json' : headers['content-type']);
      const parameters = withDefaults(loaded.mapping.document.parameters, {
        ...found?.document.parameters,
        ...example.parameters,
      });
      return {
        mapping: loaded.mapping,
        settings: { name, parameters, most: 1000 },
        delivery: {
          headers,
          query: example.query ?? {},
          receivedAt: RECEIVED,
          ...(contentType === undefined ? {} : { contentType }),
        },
        body,
        fetched,
      };
    });
  });
}

export function fuzzMappings(count: number, seed: number): Fuzzed {
  const all = seeds();
  const random = randomOf(seed);
  const result: Fuzzed = { payloads: 0, events: 0, ignored: 0, refused: new Map(), slowest: 0, faults: [] };
  const known = Object.getOwnPropertyNames(Object.prototype).length;
  for (let at = 0; at < count && result.faults.length < 20; at += 1) {
    const one = all[at % all.length] as Seed;
    const body = mutated(one.body, random);
    const startedAt = performance.now();
    const outcome = outcomeOf(one, { ...one.delivery, body: Buffer.from(body) }, result);
    const took = performance.now() - startedAt;
    result.payloads += 1;
    result.slowest = Math.max(result.slowest, took);
    if (outcome.some((code) => code !== 'event' && !code.startsWith('ignored:'))) checkKept(one, body, outcome, result);
  }
  if (Object.getOwnPropertyNames(Object.prototype).length !== known) result.faults.push('a prototype was changed');
  if (({} as { polluted?: unknown }).polluted !== undefined) result.faults.push('a prototype was polluted');
  return result;
}

/** What is refused can be kept as the quarantine keeps it, and ends the same when it is mapped again. */
function checkKept(one: Seed, body: string, outcome: readonly string[], result: Fuzzed): void {
  const identifiers = one.mapping.document.identifiers ?? [];
  const reopened = reopenDelivery(keepDelivery({ ...one.delivery, body: Buffer.from(body) }, identifiers));
  const again = outcomeOf(one, reopened, { ...result, refused: new Map() });
  const text = Buffer.from(reopened.body).toString();
  // Only where something was masked may it end otherwise.
  if (again.join() !== outcome.join() && !text.includes('**** ') && !text.includes('[redacted]')) {
    result.faults.push(`kept, it ends as ${again} instead of ${outcome}: ${body.slice(0, 300)}`);
  }
}

/** `event`, `ignored:<reason>`, or the code of a refusal, in their order. */
function outcomeOf({ mapping, settings, fetched }: Seed, delivery: SourceDelivery, result: Fuzzed): string[] {
  const outcome: string[] = [];
  const refuse = (code: string, isKnown: boolean): void => {
    if (!isKnown) result.faults.push(`refused by an unknown name: ${code}`);
    result.refused.set(code, (result.refused.get(code) ?? 0) + 1);
    outcome.push(code);
  };
  const attempt = (work: () => void): void => {
    try {
      work();
    } catch (error) {
      if (error instanceof MappingRefused) refuse(error.code, isMappingRefusalCode(error.code));
      else
        result.faults.push(
          `${settings.name}: ${(error as Error)?.stack?.slice(0, 400)} on ${Buffer.from(delivery.body).toString().slice(0, 300)}`,
        );
    }
  };
  attempt(() => {
    const opened = openDelivery(mapping, delivery, settings);
    for (const item of opened.items) {
      attempt(() => {
        fetchesOf(opened, item);
        const mapped = mapItem(opened, item, fetched);
        if (mapped.ignored !== undefined) outcome.push(`ignored:${mapped.ignored}`);
        result.ignored += mapped.ignored === undefined ? 0 : 1;
        for (const made of mapped.events) {
          const parsed = parseMapped(made, { now: RECEIVED, futureToleranceMs: 1e15 });
          if ('refused' in parsed) refuse(parsed.refused.code, Object.hasOwn(EVENT_REFUSAL_CODES, parsed.refused.code));
          else outcome.push('event');
        }
        result.events += outcome.filter((one) => one === 'event').length;
      });
    }
  });
  return outcome;
}
