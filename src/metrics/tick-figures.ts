/** What happens by the clock. */
import { Counter, type Registry } from 'prom-client';
import type { Watch } from '../flows/watch.js';

export function createTickFigures(registry: Registry): Pick<Watch, 'ticked'> {
  const registers = [registry];
  const changed = new Counter({
    name: 'ledgerbell_tick_changes_total',
    help: 'What ticks of the clock changed: `abandoned` are messages whose process died while they were sent',
    labelNames: ['tick'],
    registers,
  });
  const failures = new Counter({
    name: 'ledgerbell_tick_failures_total',
    help: 'Ticks that failed; the next one tries again',
    labelNames: ['tick'],
    registers,
  });
  return {
    ticked(tick, count) {
      // Both begin at 0, so that the first failure is seen as an increase.
      failures.inc({ tick }, count === undefined ? 1 : 0);
      changed.inc({ tick }, count ?? 0);
    },
  };
}
