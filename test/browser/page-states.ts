/** Every state of the customers' pages, each as an address that shows it or as what has to be done in the browser. */
import type { Page } from 'puppeteer-core';
import { CUSTOMER, type PagesUnderTest } from '../http/pages-under-test.js';

export interface PageState {
  name: string;
  /** Brings the browser there. */
  show(page: Page, world: PagesUnderTest, language: 'en' | 'et'): Promise<void>;
  /** Words of the page, in each language. */
  says: { en: string; et: string };
}

export const PAGE_STATES: readonly PageState[] = [
  {
    name: 'choices',
    says: { en: 'Your messages', et: 'Teie teated' },
    show: async (page, world) => go(page, await world.link()),
  },
  {
    name: 'problems',
    says: { en: 'Nothing is saved yet', et: 'Midagi pole veel salvestatud' },
    async show(page, world) {
      await go(page, await world.link());
      await fill(page, 'limit/large-withdrawal/limit/EUR', '1');
      await fill(page, 'phrase/text', 'www.bank.example');
      await submit(page);
    },
  },
  {
    name: 'saved',
    says: { en: 'Your choices are saved', et: 'Teie valikud on salvestatud' },
    async show(page, world) {
      await go(page, await world.link());
      await submit(page);
    },
  },
  {
    name: 'used',
    says: { en: 'This link has been used', et: 'Seda linki on juba kasutatud' },
    async show(page, world) {
      const link = await world.link();
      await go(page, link);
      await submit(page);
      await go(page, link);
    },
  },
  {
    name: 'expired',
    says: { en: 'This link has expired', et: 'See link on aegunud' },
    async show(page, world) {
      const link = await world.link(5);
      world.clock.now += 5 * 60_000;
      await go(page, link);
    },
  },
  {
    name: 'invalid',
    says: { en: 'This link does not work', et: 'See link ei tööta' },
    show: (page, world, language) => go(page, `${world.url}/p/nothing?lang=${language}`),
  },
  {
    name: 'refused',
    says: { en: 'The form did not come from this page', et: 'Vorm ei tulnud sellelt lehelt' },
    async show(page, world) {
      await go(page, await world.link());
      await page.evaluate("document.querySelector('[name=form]').value = 'another'");
      await submit(page);
    },
  },
  {
    name: 'verify',
    says: { en: 'Did we send this SMS?', et: 'Kas selle SMS-i saatsime meie?' },
    show: (page, world) => go(page, `${world.url}/verify`),
  },
  {
    name: 'verify-known',
    says: { en: 'Yes, a message with this code is from us', et: 'Jah, selle koodiga teade on meilt' },
    async show(page, world) {
      await world.bank('PUT', `/customers/${CUSTOMER}/preferences`, {});
      const [text = ''] = await world.debit('2000.00');
      await go(page, `${world.url}/verify`);
      await fill(page, 'code', /[0-9A-Z]{5}-[0-9A-Z]{5}/.exec(text)?.[0] ?? '');
      await submit(page);
    },
  },
  {
    name: 'verify-unknown',
    says: { en: 'We know no message with this code', et: 'Me ei tunne selle koodiga teadet' },
    show: (page, world) => go(page, `${world.url}/verify/00000-00000`),
  },
  {
    name: 'short-link',
    says: { en: 'This link leads nowhere', et: 'See link ei vii kuhugi' },
    show: (page, world) => go(page, `${world.url}/l/0000000000000`),
  },
];

async function go(page: Page, url: string): Promise<void> {
  await page.goto(url, { waitUntil: 'load' });
}

async function fill(page: Page, name: string, value: string): Promise<void> {
  await page.$eval(`[name="${name}"]`, 'field => { field.value = ""; }' as never);
  await page.type(`[name="${name}"]`, value);
}

async function submit(page: Page): Promise<void> {
  await Promise.all([page.waitForNavigation({ waitUntil: 'load' }), page.click('button[type=submit]')]);
}
