/** The rules of the simulated year. Their texts say what they are about, so that what a phone got can be counted by itself. */
import type { RuleSetSource } from '../../src/core/rules/rule-set.js';
import { type RuleSketch, ruleSet } from '../support/rules.js';

const reminders = (['due', 'overdue'] as const).map(
  (kind): RuleSketch => ({
    name: `payment-${kind}`,
    on: [`schedule.payment-${kind}`],
    conditions: { all: [{ fact: 'schedule', path: '$.days', operator: 'greaterThanInclusive', value: 0 }] },
    text: `${kind} {{ schedule.loanId }} {{ schedule.dueDate }} {{ schedule.days }} {{ schedule.amount }}`,
  }),
);

const digest: RuleSketch = {
  name: 'balance-digest',
  on: ['schedule.balance-digest'],
  parameters: { frequency: { type: 'texts', default: [], customerMayChange: {} } },
  conditions: {
    all: [
      {
        fact: 'schedule',
        path: '$.frequency',
        operator: 'in',
        value: { fact: 'parameter', params: { name: 'frequency' } },
      },
    ],
  },
  text: 'digest {{ schedule.frequency }} {{ schedule.day }} {{ account.balance }}',
};

const quiet: RuleSketch = {
  name: 'inactivity',
  on: ['schedule.inactive'],
  conditions: { all: [{ fact: 'account', path: '$.id', operator: 'present', value: true }] },
  expires: 'P7D',
  schedule: { after: ['P30D', 'P60D', 'P90D'] },
  text: 'quiet {{ schedule.days }}',
};

const offer: RuleSketch = {
  name: 'offer',
  on: ['customer.updated'],
  lane: 'marketing',
  conditions: { all: [{ fact: 'customer', path: '$.id', operator: 'present', value: true }] },
  text: '{{ customer.offer }} Reply STOP to opt out.',
};

export const YEAR_RULES: RuleSetSource = {
  ...ruleSet(...reminders, digest, quiet, offer),
  topics: { offer: { consent: 'opt-in' } },
};
