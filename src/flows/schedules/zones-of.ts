/** By whose clock a schedule goes. */
import type { Knex } from 'knex';
import { loadContexts } from '../../store/contexts.js';
import type { House } from '../house.js';

/** `default/customer:2` in its parts. */
export function splitSubject(subject: string): { entity: string; kind: string; id: string } {
  const slash = subject.indexOf('/');
  const colon = subject.indexOf(':', slash);
  return { entity: subject.slice(0, slash), kind: subject.slice(slash + 1, colon), id: subject.slice(colon + 1) };
}

/** The zones of customers, by subject; without those that have none. */
export async function zonesOf(
  house: House,
  trx: Knex.Transaction,
  subjects: readonly string[],
): Promise<Map<string, string>> {
  const zones = new Map<string, string>();
  for (const entity of new Set(subjects.map((subject) => splitSubject(subject).entity))) {
    const own = new Map(subjects.map((subject) => [splitSubject(subject), subject]));
    const asked = [...own.keys()].filter((one) => one.entity === entity && one.kind === 'customer');
    const customerIds = asked.map(({ id }) => id);
    const { customers } = await loadContexts(house.vault, trx, entity, { accountIds: [], customerIds });
    for (const one of asked) {
      const zone = customers.get(one.id)?.timeZone;
      if (zone !== undefined) zones.set(own.get(one) ?? '', zone);
    }
  }
  return zones;
}
