/** A customer with a page of choices, on a small rule set with a topic of each kind, and what their phone gets. */
import type { SmsMessage } from '../../src/contracts/adapter.js';
import type { Topic } from '../../src/contracts/rule.js';
import type { RuleSetSource } from '../../src/core/rules/rule-set.js';
import type { House } from '../../src/flows/house.js';
import { deliverOnce, fakeProvider } from '../flows/delivery-world.js';
import type { TestDatabase } from '../support/databases.js';
import { debitFrom, posted, ruleSet } from '../support/rules.js';
import { type Ask, openService, type ServiceOptions, type ServiceUnderTest } from './service-under-test.js';

export const CUSTOMER = 'ester';
export const PHONE = '+37251234567';

const TOPICS: Record<string, Topic> = {
  'large-withdrawal': {
    consent: 'opt-out',
    title: { en: 'Large amounts', et: 'Suured summad' },
    about: { en: 'When a large amount leaves.', et: 'Kui kontolt läheb suur summa.' },
    limits: { limit: { en: 'Tell me from this amount', et: 'Teatage alates summast' } },
  },
  offers: { consent: 'opt-in', title: { en: 'Offers', et: 'Pakkumised' }, about: 'What we offer you.' },
  'password-changed': {
    consent: 'mandatory',
    title: { en: 'Changed password', et: 'Parooli muutmine' },
    because: { en: 'Somebody else may have access.', et: 'Kellelgi teisel võib olla ligipääs.' },
  },
};

export function pagesRules(): RuleSetSource {
  const both = (text: string) => ({ en: text, et: text });
  const source = ruleSet(
    {
      name: 'large-withdrawal',
      lane: 'security',
      conditions: debitFrom('100.00'),
      text: 'A large amount left your account.',
      parameters: {
        limit: { type: 'money', default: { EUR: '100.00' }, customerMayChange: { min: { EUR: '50.00' } } },
        times: { type: 'number', default: 3, customerMayChange: { min: 2, max: 9 } },
      },
    },
    { name: 'offers', lane: 'marketing', conditions: debitFrom('1000000.00'), text: 'An offer.' },
    { name: 'password-changed', conditions: debitFrom('1000000.00'), text: 'Changed.' },
    {
      name: 'named-code',
      topic: 'large-withdrawal',
      conditions: debitFrom('500.00'),
      text: 'Look up {{ verify.code }}.',
    },
  );
  for (const rule of source.rules) {
    const name = rule.rule.name;
    const text = both(rule.messages.en?.[name]?.text ?? '');
    rule.messages = { en: { [name]: { text: text.en } }, et: { [name]: { text: text.et } } };
  }
  return { ...source, topics: TOPICS };
}

export interface PagesUnderTest extends ServiceUnderTest {
  bank: Ask;
  /** Everything that reached a phone, oldest first. */
  received: SmsMessage[];
  /** A new link, as an address. */
  link(minutes?: number): Promise<string>;
  /** The fields of an open page as the browser would send them, unchanged. */
  fields(url: string): Promise<URLSearchParams>;
  send(url: string, fields: URLSearchParams, headers?: Record<string, string>): Promise<Response>;
  /** A debit of the customer, delivered; returns what the phone got. */
  debit(amount: string): Promise<string[]>;
}

export async function openPages(
  kind: TestDatabase,
  options: { house?: Partial<House>; locale?: string; source?: RuleSetSource; host?: ServiceOptions['host'] } = {},
): Promise<PagesUnderTest> {
  const provider = fakeProvider('phone');
  const service = await openService(kind, {
    source: options.source ?? pagesRules(),
    house: { adapters: [provider.named], ...options.house },
    ...(options.host === undefined ? {} : { host: options.host }),
  });
  const bank = service.as('application');
  const document = { phone: PHONE, name: 'Ester', locale: options.locale ?? 'en' };
  await bank('PUT', `/customers/${CUSTOMER}`, document);
  await bank('PUT', '/accounts/7', { holders: [{ customerId: CUSTOMER, role: 'owner' }], currency: 'EUR' });
  return {
    ...service,
    bank,
    received: provider.sent,
    async link(minutes) {
      const body = minutes === undefined ? {} : { minutes };
      const made = await bank('POST', `/customers/${CUSTOMER}/preference-link`, body);
      return new URL(made.body.url, service.url).href;
    },
    fields: async (url) => fieldsOf(await (await fetch(url)).text()),
    send: (url, fields, headers = {}) => fetch(url, { method: 'POST', body: fields, headers, redirect: 'manual' }),
    async debit(amount) {
      const before = provider.sent.length;
      await service.commit(posted({ data: { amount } }));
      await deliverOnce(service.house);
      return provider.sent.slice(before).map(({ text }) => text);
    },
  };
}

/** Enough of a browser for our own forms: inputs, boxes that are ticked, and what is selected. */
function fieldsOf(page: string): URLSearchParams {
  const fields = new URLSearchParams();
  for (const [tag] of page.matchAll(/<(?:input|option)\b[^>]*>/g)) {
    const read = (name: string): string | undefined => new RegExp(`\\b${name}="([^"]*)"`).exec(tag)?.[1];
    const isBox = read('type') === 'checkbox';
    if (tag.startsWith('<option')) {
      if (/ selected\b/.test(tag)) fields.append('language', read('value') ?? '');
    } else if (!isBox || / checked\b/.test(tag)) fields.append(read('name') ?? '', read('value') ?? '');
  }
  return fields;
}
