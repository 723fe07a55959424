/** Every fact a rule may name, in one place. Adding one means a new file and one line here. */
import type { FactDefinition } from '../rules/frame.js';
import { account } from './account.js';
import { calendar } from './calendar.js';
import { customer } from './customer.js';
import { challenge, event, login, schedule, transaction } from './data.js';
import { device } from './device.js';
import { history } from './history.js';
import { loan } from './loan.js';
import { location } from './location.js';
import { parameter } from './parameter.js';

export const FACTS: readonly FactDefinition[] = [
  transaction,
  account,
  customer,
  parameter,
  history,
  location,
  device,
  login,
  schedule,
  challenge,
  loan,
  calendar,
  event,
];

const byName = new Map(FACTS.map((fact) => [fact.name, fact]));

export function findFact(name: string): FactDefinition | undefined {
  return byName.get(name);
}
