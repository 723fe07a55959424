import { expect } from 'chai';
import { showsPhrase, withMarks } from '../../../src/core/message/genuine-marks.js';
import { cleanPhrase } from '../../../src/core/message/phrase.js';
import { MASKED_VERIFY_CODE, readVerifyCode, verifyCodeOf } from '../../../src/core/message/verify-code.js';
import { DEFAULT_VERIFY_SETTINGS } from '../../../src/core/message/verify-settings.js';

const CODE = 'K7QF2-M9XTB';

describe('what tells a genuine message', () => {
  it('is a code where the text names it, or below the text, and never both', () => {
    const named = `Look up ${MASKED_VERIFY_CODE}.`;
    expect(withMarks(named, { code: CODE, appended: 'Check:' })).to.equal(`Look up ${CODE}.`);
    expect(withMarks('Text.', { code: CODE, appended: 'Check:' })).to.equal(`Text.\nCheck: ${CODE}`);
    expect(withMarks('Text.', { code: CODE })).to.equal('Text.');
  });

  it('leaves the line that binds a code to a site the last one', () => {
    const text = '123456 is your code.\n\n@bank.example #123456';
    const phrase = { text: 'blue heron' };
    expect(withMarks(text, { code: CODE, appended: 'Check:', phrase })).to.equal(
      `123456 is your code.\n\nCheck: ${CODE}\n"blue heron"\n@bank.example #123456`,
    );
  });

  it('shows the phrase first only to whoever wants it on lock screens', () => {
    expect(withMarks('Text.', { phrase: { text: 'blue heron' } })).to.equal('Text.\n"blue heron"');
    expect(withMarks('Text.', { phrase: { text: 'blue heron', lockScreen: true } })).to.equal('"blue heron"\nText.');
  });

  it('shows no phrase in codes, discreet texts or at a former number unless that was chosen, and at a former number never', () => {
    const plain = { lane: 'security', discreet: false, phone: 'current' } as const;
    const cases = [
      [{}, plain, true],
      [{}, { ...plain, lane: 'otp' }, false],
      [{ codes: true }, { ...plain, lane: 'otp' }, true],
      [{}, { ...plain, discreet: true }, false],
      [{ lockScreen: true }, { ...plain, discreet: true }, true],
      [{ lockScreen: true, codes: true }, { ...plain, phone: 'previous' }, false],
    ] as const;
    for (const [chosen, message, shown] of cases) expect(showsPhrase(chosen, message)).to.equal(shown);
  });
});

describe('the phrase of a customer', () => {
  it('is one clean line without quotation marks', () => {
    expect(cleanPhrase('  blue\n"heron"\u200b ')).to.equal('blue heron');
  });

  it('is no link, no number to call, and neither short nor long', () => {
    for (const wrong of ['ab', 'x'.repeat(31), 'bank.example/x', '+372 5555 5555', '@bank #1', '\u202e\u202e\u202e']) {
      expect(() => cleanPhrase(wrong), wrong)
        .to.throw()
        .with.property('code', 'phrase-unfit');
    }
  });
});

describe('the code of a message', () => {
  it('is 50 bits of what it is made from', () => {
    expect(verifyCodeOf(new Uint8Array(32))).to.equal('00000-00000');
    expect(verifyCodeOf(new Uint8Array(32).fill(255))).to.equal('ZZZZZ-ZZZZZ');
    const last = new Uint8Array(32);
    last[6] = 0b0100_0000;
    expect(verifyCodeOf(last), 'the 50th bit counts').to.equal('00000-00001');
    last[6] = 0b0011_1111;
    expect(verifyCodeOf(last), 'the 51st does not').to.equal('00000-00000');
  });

  it('is read without regard to case, spaces, dashes and letters that look like digits', () => {
    expect(readVerifyCode(' k7qf2 m9xtb ')).to.equal(CODE);
    expect(readVerifyCode('oOiIl-11111')).to.equal('00111-11111');
    for (const wrong of ['', 'K7QF2-M9XT', 'K7QF2-M9XTBB', 'K7QF2-M9XTU', '*****-*****', 'x'.repeat(1_000)]) {
      expect(readVerifyCode(wrong), wrong).to.equal(undefined);
    }
  });

  it('is found by guessing less than once in four years of trying as often as all together may', () => {
    const { overall } = DEFAULT_VERIFY_SETTINGS.limits;
    const year = 365 * 86_400_000;
    const tries = (overall.count * year) / overall.periodMs;
    const codes = 10_000_000;
    expect((tries * codes) / 2 ** 50).to.be.below(0.25);
  });
});
