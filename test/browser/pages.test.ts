import { mkdirSync } from 'node:fs';
import axe, { type AxeResults } from 'axe-core';
import { expect } from 'chai';
import type { Browser, Page } from 'puppeteer-core';
import { openPages, type PagesUnderTest, pagesRules } from '../http/pages-under-test.js';
import { sqlite } from '../support/databases.js';
import { readSource } from '../support/house.js';
import { browserSkipReason, openBrowser } from './browser.js';
import { layoutFaults, tabStops } from './layout.js';
import { PAGE_STATES } from './page-states.js';

/** 1280 wide at 100 %, at 200 % and at 400 % zoom, and a phone. */
const WIDTHS = [1280, 640, 390, 320];
/** Set to a folder to keep a picture of each state there. */
const PICTURES = process.env.LEDGERBELL_PICTURES;

describe('the pages for customers, in a real browser', () => {
  let browser: Browser;
  let page: Page;
  let world: PagesUnderTest;
  /** What the browser asked for, and what it complained of. */
  let requests: string[];
  let complaints: string[];

  before(async function () {
    this.timeout(900_000);
    const reason = browserSkipReason();
    if (reason !== undefined) {
      console.log(`      skipped: ${reason}`);
      this.skip();
    }
    browser = await openBrowser();
  });

  after(async () => {
    await browser?.close();
  });

  afterEach(async () => {
    await page?.close();
    await world?.close();
  });

  async function open(language: 'en' | 'et', shipped = true): Promise<void> {
    const source = shipped ? { ...(await readSource(['rules'])) } : pagesRules();
    world = await openPages(sqlite, {
      source,
      locale: language,
      house: {
        settings: { ...HOUSE_SETTINGS, locale: language },
        pages: { name: 'Bank of Examples', linkMs: 24 * 3_600_000 },
        verify: VERIFY,
      },
    });
    page = await browser.newPage();
    await page.setViewport({ width: 1280, height: 900 });
    await page.setExtraHTTPHeaders({ 'accept-language': language });
    requests = [];
    complaints = [];
    // The browser draws a clock beside a field for times, out of a data: address of its own.
    page.on('request', (request) => {
      if (!request.url().startsWith('data:')) requests.push(new URL(request.url()).origin);
    });
    page.on('console', (message) => complaints.push(message.text()));
    page.on('pageerror', (error) => complaints.push(String(error)));
  }

  for (const language of ['en', 'et'] as const) {
    for (const state of PAGE_STATES) {
      it(`are accessible and well laid out: ${state.name}, ${language}`, async () => {
        await open(language);
        await state.show(page, world, language);
        expect(await page.$eval('main', (main) => main.textContent)).to.include(state.says[language]);
        expect(await page.$eval('html', (root) => root.lang)).to.equal(language);
        expect(await violations(page)).to.deep.equal([]);
        for (const width of WIDTHS) {
          await page.setViewport({ width, height: 900 });
          expect(await layoutFaults(page), `${width} wide`).to.deep.equal([]);
          if (PICTURES !== undefined && (width === 1280 || width === 390))
            await picture(page, state.name, language, width);
        }
        expect([...new Set(requests)]).to.deep.equal([new URL(world.url).origin]);
        // The browser notes answers of 4xx by itself.
        expect(complaints.filter((one) => !/status of 4\d\d/.test(one))).to.deep.equal([]);
      });
    }
  }

  it('can be filled in and saved with the keyboard alone, and every stop can be seen', async () => {
    await open('en', false);
    await page.goto(await world.link());
    const stops = await tabStops(page);
    expect(stops.filter(({ visible }) => !visible)).to.deep.equal([]);
    expect(stops.map(({ id }) => id)).to.include.members([
      '#content',
      'wanted/offers',
      'quiet/from',
      'phrase/text',
      'language',
    ]);
    expect(stops.at(-1)?.id).to.equal('submit');
    await page.focus('#wanted\\/large-withdrawal');
    await page.keyboard.press('Space');
    await page.focus('#phrase\\/text');
    await page.keyboard.type('blue heron');
    await Promise.all([page.waitForNavigation(), page.keyboard.press('Enter')]);
    expect(await page.$eval('h1', (heading) => heading.textContent)).to.equal('Your choices are saved');
    const { body } = await world.as('admin')('GET', '/customers/ester/preferences');
    expect(body.topics).to.deep.equal({ 'large-withdrawal': { wanted: false } });
    expect(body.phrase.text).to.equal('blue heron');
  });

  it('work without JavaScript, and lead the eye to what is wrong', async () => {
    await open('en', false);
    await page.setJavaScriptEnabled(false);
    const problems = PAGE_STATES.find(({ name }) => name === 'problems');
    await page.goto(await world.link());
    await page.type('[name="limit/large-withdrawal/limit/EUR"]', '1');
    await Promise.all([page.waitForNavigation(), page.click('button[type=submit]')]);
    expect(await page.$eval('main', (main) => main.textContent)).to.include(problems?.says.en);
    expect(await page.title()).to.match(/^Problem: /);
    expect(await page.evaluate('document.activeElement.className')).to.equal('summary');
    const field = await page.$('[aria-invalid=true]');
    const described = await field?.evaluate((one) => one.getAttribute('aria-describedby'));
    expect(described).to.include('limit/large-withdrawal/limit/EUR/problem');
    expect(await page.$eval('.summary a', (link) => link.getAttribute('href'))).to.equal(
      '#limit/large-withdrawal/limit/EUR',
    );
  });
});

const HOUSE_SETTINGS = {
  timeZone: 'Europe/Tallinn',
  rates: { base: 'EUR', USD: '1.08', CZK: '25.00' },
  holidays: [],
  contactChangeMs: 0,
};

const VERIFY = {
  append: { security: true },
  words: { en: 'Check:', et: 'Kontroll:' },
  keptMs: 86_400_000,
  limits: { address: { count: 1_000, periodMs: 60_000 }, overall: { count: 1_000, periodMs: 60_000 } },
};

/** Each rule that is broken, with what breaks it. */
async function violations(page: Page): Promise<string[]> {
  await page.evaluate(axe.source);
  const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
  const results = (await page.evaluate(`axe.run({ runOnly: ${JSON.stringify(tags)} })`)) as AxeResults;
  return results.violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(' ')}`);
}

async function picture(page: Page, name: string, language: string, width: number): Promise<void> {
  mkdirSync(PICTURES ?? '', { recursive: true });
  const path = `${PICTURES}/${name}-${language}-${width}.png` as const;
  await page.screenshot({ path: path as `${string}.png` });
}
