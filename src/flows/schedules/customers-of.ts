/** Whose a schedule is: by their clock it goes. */
import type { Knex } from 'knex';
import { type CustomerContext, loadContexts } from '../../store/contexts.js';
import type { House } from '../house.js';

/** `default/customer:2` in its parts. */
export function splitSubject(subject: string): { entity: string; kind: string; id: string } {
  const slash = subject.indexOf('/');
  const colon = subject.indexOf(':', slash);
  return { entity: subject.slice(0, slash), kind: subject.slice(slash + 1, colon), id: subject.slice(colon + 1) };
}

/** What is known of customers, by subject; of an account, its first holder. Without those that nobody registered. */
export async function customersOf(
  house: House,
  trx: Knex.Transaction,
  subjects: readonly string[],
): Promise<Map<string, CustomerContext>> {
  const found = new Map<string, CustomerContext>();
  for (const entity of new Set(subjects.map((subject) => splitSubject(subject).entity))) {
    const own = new Map(subjects.map((subject) => [splitSubject(subject), subject]));
    const asked = [...own.keys()].filter((one) => one.entity === entity);
    const idsOf = (kind: string) => asked.flatMap((one) => (one.kind === kind ? one.id : []));
    const wanted = { accountIds: idsOf('account'), customerIds: idsOf('customer') };
    const { customers, accounts } = await loadContexts(house.vault, trx, entity, wanted);
    for (const one of asked) {
      const holders = accounts.get(one.id)?.holders ?? [];
      const ids = one.kind === 'customer' ? [one.id] : holders.map(({ customerId }) => customerId);
      const customer = ids.map((id) => customers.get(id)).find((known) => known !== undefined);
      if (customer !== undefined) found.set(own.get(one) ?? '', customer);
    }
  }
  return found;
}
