/** The provider at the edge of the simulated year: what it took is what the phones got. It can be asked, and never lies. */
import type { NamedAdapter } from '../../src/flows/house.js';

export interface Taken {
  alertId: string;
  to: string;
  text: string;
  at: number;
}

export interface Gateway {
  named: NamedAdapter;
  taken: Taken[];
  took(alertId: string): boolean;
}

export function createGateway(now: () => number): Gateway {
  const taken: Taken[] = [];
  const ids = new Set<string>();
  const adapter: NamedAdapter['adapter'] = {
    send: async ({ alertId, to, text }) => {
      taken.push({ alertId, to, text, at: now() });
      ids.add(alertId);
      return { status: 'accepted', providerId: `g-${taken.length}` };
    },
    lookup: async ({ alertId }) => (ids.has(alertId) ? { status: 'found', state: 'accepted' } : { status: 'absent' }),
  };
  return { named: { name: 'gateway', processesIn: [], adapter }, taken, took: (alertId) => ids.has(alertId) };
}
