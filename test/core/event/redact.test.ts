import { expect } from 'chai';
import { redactCardData, redactText } from '../../../src/core/event/redact.js';

/** Numbers that card schemes publish for tests. */
const CARDS = [
  '4111111111111111',
  '5555555555554444',
  '378282246310005',
  '6011111111111117',
  '30569309025904',
  '4222222222222',
  '2223003122003222',
];

describe('semantics line twenty-two: redactCardData', () => {
  for (const card of CARDS) {
    const last = card.slice(-4);
    it(`masks the card number that ends in ${last}, alone, spaced, dashed, inside a text and as a number`, () => {
      const spaced = card.replace(/(.{4})(?=.)/g, '$1 ');
      const input = {
        a: card,
        b: spaced,
        c: spaced.replaceAll(' ', '-'),
        d: `Card ${card}, thanks`,
        e: [Number(card)],
        f: `${card};${card}`,
      };
      expect(redactCardData(input)).to.deep.equal({
        a: `**** ${last}`,
        b: `**** ${last}`,
        c: `**** ${last}`,
        d: `Card **** ${last}, thanks`,
        e: [`**** ${last}`],
        f: `**** ${last};**** ${last}`,
      });
    });
  }

  it('gives back the same object where nothing changed, and never changes the one it was given', () => {
    const clean = { accountId: '704', note: 'Rent 2026', list: [{ a: 1 }] };
    expect(redactCardData(clean)).to.equal(clean);
    const input = { clean, dirty: { pan: CARDS[0] as string } };
    const before = structuredClone(input);
    const output = redactCardData(input);
    expect(input).to.deep.equal(before);
    expect(output.clean).to.equal(clean);
  });

  it('leaves alone what only looks like a card number', () => {
    const kept = {
      account: 'EE382200221020145685',
      spacedIban: 'GB29 NWBK 6016 1331 9268 19',
      estonianIban: 'to EE38 2200 2210 2014 5685 now',
      wrongDigit: '4111111111111112',
      tooLong: '41111111111111110000',
      word: 'REF4111111111111111X',
      wordAfter: '4111111111111111X',
      uuid: '01234567-89ab-4def-8123-456789abcdef',
      moment: 1_780_000_000_000,
      longitude: 24.7535734534534,
      decimal: '24.4111111111111111',
      phone: '+4915112345678',
      date: '20260601-120000-0001',
    };
    expect(redactCardData(kept)).to.equal(kept);
  });

  it('finds the number beside an expiry date or another group of digits', () => {
    expect(redactCardData({ a: '4111 1111 1111 1111 12 2028' }).a).to.equal('**** 1111 12 2028');
    expect(redactCardData({ a: '99 4111111111111111 123' }).a).to.match(/^99 \*\*\*\* \d{4}/);
    expect(redactCardData({ a: 'row 704,4111111111111111,x' }).a).to.equal('row 704,**** 1111,x');
  });

  it('removes authentication data by name, in any spelling', () => {
    const secrets = {
      cvv: '123',
      CVC2: 123,
      'card-security-code': '9',
      pin: '1234',
      pin_block: 'AB',
      pinBlock: 'AB',
      track2: 'x',
      trackData: { a: 1 },
      cardExpiry: '12/28',
    };
    for (const value of Object.values(redactCardData(secrets))) expect(value).to.equal('[redacted]');
    const kept = { pinned: 'yes', pin: true, tracking: 'x', category: 'c', opinion: 'x', code: '1', cvv: null };
    expect(redactCardData(kept)).to.equal(kept);
  });

  it('removes whole tracks from texts', () => {
    expect(redactCardData({ a: ';4111111111111111=28121010000012345678?' }).a).to.equal('[redacted]');
    expect(redactCardData({ a: 'x %B4111111111111111^TAMM/MARI^28121010000? y' }).a).to.equal('x [redacted] y');
  });

  it('leaves identity, amounts and devices alone, but not the id of a card', () => {
    const card = CARDS[0] as string;
    const kept = {
      accountId: card,
      customerId: card,
      transactionId: card,
      reverses: card,
      id: card,
      amount: '4222222222222.00',
      device: { id: '490154203237518' },
    };
    expect(redactCardData(kept)).to.equal(kept);
    expect(redactCardData({ card: { id: card }, cards: [{ id: card }] })).to.deep.equal({
      card: { id: '**** 1111' },
      cards: [{ id: '**** 1111' }],
    });
  });

  it('masks keys, keeps a __proto__ key harmless, and gives up below 64 levels', () => {
    expect(redactCardData({ '4111111111111111': 1 })).to.deep.equal({ '**** 1111': 1 });
    const output = redactCardData(JSON.parse('{"__proto__":{"cvv":"1"},"a":1}'));
    expect(JSON.stringify(output)).to.equal('{"__proto__":{"cvv":"[redacted]"},"a":1}');
    const deep = JSON.parse(`${'['.repeat(20_000)}"4111111111111111"${']'.repeat(20_000)}`);
    expect(JSON.stringify(redactCardData(deep)))
      .to.contain('[redacted]')
      .and.not.contain('4111');
  });

  it('is linear on text made to slow it down', () => {
    expect(redactText('1111 '.repeat(200_000) + '4'.repeat(500_000))).to.have.length(1_500_000);
    expect(redactText('"cvv" '.repeat(100_000) + ' '.repeat(500_000))).to.have.length(1_100_000);
    expect(redactText('%B4111111111111111^'.repeat(50_000))).to.not.contain('4111');
  });
});

describe('redactText', () => {
  it('masks numbers and authentication data in a body that is not JSON', () => {
    const raw = '{"data":{"cvv": "123", "pan":"4111111111111111", pin_block=ABCD, "city":"Tartu"';
    expect(redactText(raw)).to.equal(
      '{"data":{"cvv": "[redacted]", "pan":"**** 1111", pin_block=[redacted], "city":"Tartu"',
    );
    expect(redactText('<pin>1234</pin><shipping>1</shipping>')).to.equal('<pin>[redacted]</pin><shipping>1</shipping>');
    expect(redactText('nothing here')).to.equal('nothing here');
  });
});
