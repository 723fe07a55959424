/** A host that keeps a registry of its own finds our figures in it, under the same names. */
import type { Registry } from 'prom-client';
import { LedgerbellError } from '../contracts/errors.js';

/** Of whichever copy of prom-client the host has. */
export type HostRegistry = Pick<Registry, 'registerMetric' | 'removeSingleMetric' | 'getSingleMetric'>;

/** Returns what takes them out again. @throws LedgerbellError `metrics-taken`, and then none was put in */
export function lend(registry: Registry, host: HostRegistry): () => void {
  const names = registry.getMetricsAsArray().map(({ name }) => name);
  const taken = names.find((name) => host.getSingleMetric(name) !== undefined);
  if (taken !== undefined) {
    throw new LedgerbellError('metrics-taken', `The registry has ${taken} already: one registry serves one plugin`);
  }
  for (const name of names) host.registerMetric(registry.getSingleMetric(name) as never);
  return () => {
    for (const name of names) host.removeSingleMetric(name);
  };
}
