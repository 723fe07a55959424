/** Facts that read the event's own data: `transaction`, `login`, `schedule`. Unknown keys are kept, and rules may read them. */
import type { Money } from '../../contracts/event.js';
import { parseDuration } from '../event/duration.js';
import { statedAmount } from '../event/stated-amount.js';
import type { Accessor, AccessorRequest, FactDefinition, Frame } from '../rules/frame.js';
import { standingFor } from '../schedule/loans.js';
import { dataReader } from './data-readers.js';

const DAY = 86_400_000;

export const transaction: FactDefinition = {
  name: 'transaction',
  description: 'The transaction of this event, as the core system sent it',
  paths: {
    direction: 'text',
    amount: 'money',
    currency: 'text',
    originalAmount: 'money',
    originalCurrency: 'text',
    kind: 'text',
    balanceAfter: 'money',
    transactionId: 'text',
    category: 'text',
    channel: 'text',
    cardId: 'text',
    'merchant.name': 'text',
    'merchant.mcc': 'text',
    'merchant.country': 'text',
    'counterparty.name': 'text',
    'counterparty.account': 'text',
    'counterparty.bank': 'text',
    'counterparty.country': 'text',
    'location.latitude': 'number',
    'location.longitude': 'number',
    'location.country': 'text',
    'location.city': 'text',
    'device.id': 'text',
    reverses: 'text',
  },
  open: true,
  accessor: (request) => {
    const path = request.path.join('.');
    if (path === 'amount') return money((frame) => frame.event.amount);
    if (path === 'balanceAfter') return money((frame) => frame.event.balanceAfter);
    if (path === 'originalAmount') {
      return money((frame) => statedAmount(frame.event, 'originalAmount', 'originalCurrency'));
    }
    return fromData('transaction.', request);
  },
};

export const login: FactDefinition = {
  name: 'login',
  description: 'The login of this event',
  paths: {
    customerId: 'text',
    channel: 'text',
    ip: 'text',
    'device.id': 'text',
    'location.country': 'text',
    'location.city': 'text',
  },
  open: true,
  accessor: (request) => fromData('customer.login', request),
};

export const challenge: FactDefinition = {
  name: 'challenge',
  description: 'The one-time code of this event: what it confirms',
  paths: { purpose: 'text', currency: 'text', count: 'number', title: 'text', 'payee.name': 'text' },
  accessor: (request) => fromData('challenge.', request),
};

export const schedule: FactDefinition = {
  name: 'schedule',
  description: 'What the calendar brought: how long without activity, or which payment is near, due or overdue',
  paths: {
    after: 'text',
    days: 'number',
    since: 'text',
    kind: 'text',
    dueDate: 'text',
    amount: 'money',
    currency: 'text',
    product: 'text',
    loanId: 'text',
    instalmentId: 'text',
    frequency: 'text',
  },
  accessor: (request) => {
    if (request.path[0] === 'days') return plain(daysOf);
    return request.path[0] === 'amount' ? money(openAmount) : fromData('schedule.', request);
  },
};

function daysOf({ event: { type, data } }: Frame): number | undefined {
  if (!type.startsWith('schedule.')) return undefined;
  return data.after === undefined ? (data.days as number | undefined) : parseDuration(data.after) / DAY;
}

/** What is open now, where that is known; else as the schedule knew it. */
export function openAmount({ event, profile }: Pick<Frame, 'event' | 'profile'>): Money | undefined {
  const standing = standingFor(profile.loans, event);
  if (standing?.kind === 'open') return standing.open;
  return event.type.startsWith('schedule.') ? statedAmount(event, 'amount', 'currency') : undefined;
}

export const event: FactDefinition = {
  name: 'event',
  description: 'The event itself',
  paths: { type: 'text', source: 'text' },
  accessor: ({ path }) =>
    path[0] === 'type' ? plain((frame) => frame.event.type) : plain((frame) => frame.event.source),
};

export function money(read: (frame: Frame) => unknown): Accessor {
  return { kind: 'money', perRecipient: false, read };
}

export function plain(read: (frame: Frame) => unknown): Accessor {
  return { kind: 'plain', perRecipient: false, read };
}

/** `types`: what the type of an event that has it starts with. */
export function fromData(types: string, { path }: AccessorRequest): Accessor {
  const read = dataReader(path);
  return {
    ...plain((frame) => (frame.event.type.startsWith(types) ? read(frame) : undefined)),
    own: { types, read },
  };
}
