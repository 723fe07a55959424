import { expect } from 'chai';
import { LedgerbellError } from '../../../src/contracts/errors.js';
import { compileText } from '../../../src/core/message/render.js';
import { fitsGsm7 } from '../../../src/core/message/segments.js';
import { codeOf } from '../code-of.js';

const EN = { locale: 'en', timeZone: 'Europe/Tallinn' };
const ET = { locale: 'et', timeZone: 'Europe/Tallinn' };
const scope = {
  transaction: {
    amount: '1000.00',
    currency: 'EUR',
    merchant: { name: 'Rimi' },
    counterparty: { account: 'EE382200221020145685' },
    lines: 'a\nb',
  },
  event: { time: Date.UTC(2026, 10, 22, 13, 5), type: 'transaction.posted' },
  nothing: { yet: null },
};
const render = (source: string, options = EN) => compileText(source).render(scope, options);
const errorOf = (action: () => unknown): LedgerbellError => {
  try {
    action();
  } catch (error) {
    if (error instanceof LedgerbellError) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
};

describe('message text', () => {
  it('writes amounts, dates and times for the locale and zone of the recipient', () => {
    const source =
      '{{ transaction.amount | money: transaction.currency }} at {{ transaction.merchant.name }}, {{ event.time | datetime }}';
    expect(render(source)).to.equal('€1,000.00 at Rimi, Nov 22, 2026, 3:05 PM');
    expect(render(source, ET)).to.equal('1000,00 € at Rimi, 22. nov 2026, 15:05');
    expect(fitsGsm7(render(source, ET))).to.equal(true);
  });

  it('has filters for date, time, number and mask', () => {
    expect(render('{{ event.time | date }} {{ event.time | time }}')).to.equal('Nov 22, 2026 3:05 PM');
    expect(render('{{ "2026-11-22T23:30:00Z" | date }}')).to.equal('Nov 23, 2026');
    expect(render('{{ "2026-11-22" | date }}', { locale: 'en', timeZone: 'America/New_York' })).to.equal(
      'Nov 22, 2026',
    );
    expect(render('{{ 1234.5 | number }}', ET)).to.equal('1234,5');
    expect(render('{{ transaction.counterparty.account | mask }}')).to.equal('**** 5685');
    expect(render('{{ "-950.00" | money: "EUR" }}')).to.equal('-€950.00');
  });

  it('names the value that is missing', () => {
    const error = errorOf(() => render('Paid to {{ transaction.payee.name }}'));
    expect(error.code).to.equal('text-value-missing');
    expect(error.message).to.contain('transaction.payee');
    for (const source of [
      '{{ nowhere }}',
      '{{ nothing.yet }}',
      '{{ transaction.nothing | money: "EUR" }}',
      '{{ transaction.amount | money: transaction.nothing }}',
      '{{ "x" | append: nowhere }}',
    ]) {
      expect(
        codeOf(() => render(source)),
        source,
      ).to.equal('text-value-missing');
    }
  });

  it('lets a text ask whether a value is there', () => {
    const source =
      'Paid{% if transaction.payee.name %} to {{ transaction.payee.name }}{% endif %}{% if transaction.merchant.name %} at {{ transaction.merchant.name }}{% endif %}.';
    expect(render(source)).to.equal('Paid at Rimi.');
    expect(render('{{ transaction.payee.name | default: "someone" }}')).to.equal('someone');
  });

  it('says on which line a text is malformed', () => {
    for (const [source, line] of [
      ['a\n{{ b', 2],
      ['{% if x %}', 1],
      ['a\n\n{{ b | nothing }}', 3],
      ['\n{% nothing %}', 2],
      ['{{ 1 + 1 }}', 1],
    ] as const) {
      const error = errorOf(() => compileText(source));
      expect(error.code, source).to.equal('text-malformed');
      expect(error.message, source).to.match(new RegExp(`^Line ${line}: `));
    }
    expect(codeOf(() => compileText('x'.repeat(5001)))).to.equal('text-malformed');
  });

  for (const source of [
    '{% include "x" %}',
    '{% render "/etc/passwd" %}',
    '{% layout "x" %}',
    '{% for i in (1..9) %}{% endfor %}',
    '{% tablerow i in x %}{% endtablerow %}',
    '{% liquid echo 1 %}',
    '{% increment x %}',
    '{{ 1 | plus: 1 }}',
    '{{ x | raw }}',
    '{{ x | date_to_string }}',
    '{{ x | json }}',
    '{{ x | map: "y" }}',
    '{{ x | sha256 }}',
    '{{ x | url_decode }}',
  ]) {
    it(`refuses ${source}`, () => {
      expect(codeOf(() => compileText(source))).to.equal('text-malformed');
    });
  }

  it('reaches nothing but the own values of its scope', () => {
    for (const path of [
      'constructor',
      'transaction.constructor',
      'transaction.__proto__',
      'transaction.toString',
      'event.type.constructor',
      'transaction["__proto__"]',
      'globalThis',
      'process',
      'locale',
    ]) {
      expect(
        codeOf(() => render(`{{ ${path} }}`)),
        path,
      ).to.equal('text-value-missing');
    }
  });

  it('stops a text that doubles itself, and one that counts too far', () => {
    const bomb = `{% assign a = "aaaaaaaaaa" %}${'{% assign a = a | append: a %}'.repeat(60)}{{ a }}`;
    expect(codeOf(() => render(bomb))).to.equal('text-too-costly');
    expect(codeOf(() => render('{{ (1..99999999) | join }}'))).to.equal('text-too-costly');
  });

  it('refuses values that do not fit, without repeating them', () => {
    expect(codeOf(() => render('{{ transaction }}'))).to.equal('text-value-unfit');
    expect(codeOf(() => render('{{ transaction | mask }}'))).to.equal('text-value-unfit');
    expect(codeOf(() => render('{{ transaction.amount | money }}'))).to.equal('text-value-unfit');
    expect(codeOf(() => render('{{ "12abc" | money: "EUR" }}'))).to.equal('amount-malformed');
    expect(codeOf(() => render('{{ transaction.merchant.name | date }}'))).to.equal('time-malformed');
    expect(errorOf(() => render('{{ transaction.merchant.name | money: "EUR" }}')).stack).not.to.contain('Rimi');
  });

  it('trims, keeps the line breaks of the text and none of a value', () => {
    expect(render('  a\r\nb  {{ transaction.lines }} \n')).to.equal('a\nb a b');
    expect(render('“a” – {{ transaction.merchant.name }}…')).to.equal('"a" - Rimi...');
  });

  it('never reads a value as a text of its own', () => {
    const text = compileText('{{ name }}');
    expect(text.render({ name: '{{ secret }}{% include "x" %}', secret: 'no' }, EN)).to.equal(
      '{{ secret }}{% include "x" %}',
    );
  });

  it('lists the values a text uses', () => {
    const source =
      '{% assign shop = transaction.merchant.name %}{{ shop }} {{ transaction.amount | money: transaction.currency }}{% if account.balance %}!{% endif %}';
    expect(compileText(source).variables().sort()).to.deep.equal([
      'account.balance',
      'transaction.amount',
      'transaction.currency',
      'transaction.merchant.name',
    ]);
  });
});
