/** Calls back once a transaction has ended, either way, also where a host or a savepoint stands around it. */
import type { Knex } from 'knex';

interface WithParent extends Knex.Transaction {
  parentTransaction?: WithParent;
}

export function settled(trx: Knex.Transaction, callback: () => void): void {
  let root: WithParent = trx;
  while (root.parentTransaction !== undefined) root = root.parentTransaction;
  root.executionPromise.then(callback, callback);
}
