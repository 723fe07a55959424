/**
 * A transfer, and the events that tell of it, in one transaction: whatever is rolled back is never told to anybody.
 * Amounts are whole cents inside and text such as "12.50" outside.
 */
import { Refused } from './refused.js';

const CURRENCY = 'EUR';

export async function openAccount(knex, id, balance) {
  await knex('bank_accounts').insert({ id, cents: toCents(balance) });
}

export function transfer({ knex, alerts }, { from, to, amount, note }) {
  const cents = toCents(amount);
  return knex.transaction(async (trx) => {
    const left = await change(trx, from, -cents);
    const [id] = await trx('bank_transfers').insert({ sender: from, receiver: to, cents });
    const told = { id, amount, note, time: new Date().toISOString() };
    await alerts.enqueue(posted(told, 'debit', from, left), { trx });
    // Were there no such account, the sender's money would be back, and so would the event that told of it.
    const received = await change(trx, to, cents);
    await alerts.enqueue(posted(told, 'credit', to, received), { trx });
    return { id, balance: toText(left) };
  });
}

/** Returns the new balance, in cents. */
async function change(trx, id, cents) {
  const changed = await trx('bank_accounts').where({ id }).increment('cents', cents);
  if (changed === 0) throw new Refused(`there is no account ${id}`);
  const { cents: balance } = await trx('bank_accounts').where({ id }).first('cents');
  if (Number(balance) < 0) throw new Refused('the balance does not suffice');
  return Number(balance);
}

/** One side of a transfer, as a CloudEvent. */
function posted({ id, amount, note, time }, direction, accountId, balance) {
  return {
    specversion: '1.0',
    id: `transfer-${id}-${direction}`,
    source: 'bank/transfers',
    type: 'transaction.posted',
    time,
    data: {
      accountId,
      direction,
      amount,
      currency: CURRENCY,
      kind: 'transfer',
      balanceAfter: toText(balance),
      transactionId: `transfer-${id}`,
      description: note,
    },
  };
}

function toCents(amount) {
  if (!/^\d{1,12}\.\d\d$/.test(amount)) throw new Refused('an amount is written as "12.50"');
  return Number(amount.replace('.', ''));
}

function toText(cents) {
  return `${Math.floor(cents / 100)}.${String(cents % 100).padStart(2, '0')}`;
}
