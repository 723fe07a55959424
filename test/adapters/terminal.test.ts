import { expect } from 'chai';
import terminal from '../../adapters/sms/terminal/index.js';
import { MESSAGE, toolsFor } from './sms-contract.js';

describe('the terminal SMS adapter', () => {
  const print = async (text: string, from = 'BANK', width = 46) => {
    const printed: string[] = [];
    const tools = toolsFor({ print: (lines) => printed.push(lines) });
    const adapter = terminal.create({ timeZone: 'UTC', width }, tools);
    const outcome = await adapter.send({ ...MESSAGE, text, from });
    expect(outcome).to.deep.equal({ status: 'accepted' });
    expect(printed).to.have.length(1);
    return printed[0] as string;
  };

  it('shows sender, masked number, text and time in a frame', async () => {
    expect(await print('Your balance is 20.00 EUR.')).to.equal(
      [
        '╭─ BANK ──────────────── +1201***23 ─ 12:00 ─╮',
        '│ Your balance is 20.00 EUR.                 │',
        '╰────────────────────────────────────────────╯',
      ].join('\n'),
    );
  });

  it('never shows the whole number', async () => {
    expect(await print('hello')).not.to.include(MESSAGE.to);
  });

  it('keeps every line within the frame, however long a word or wide a letter is', async () => {
    const text = `${'x'.repeat(100)} 口座の残高が少なくなりました 😀 cafe\u0301 ${'word '.repeat(20)}`;
    for (const line of (await print(text)).split('\n').slice(1)) {
      const width = [...line].reduce(
        (sum, c) => sum + (/\p{M}/u.test(c) ? 0 : /[\u3000-\u9fff😀]/u.test(c) ? 2 : 1),
        0,
      );
      expect(width).to.equal(46);
    }
  });

  it('shows a text of several lines as several lines', async () => {
    expect((await print('one\ntwo\r\nthree')).split('\n')).to.have.length(5);
  });

  it('lets no control or direction character through to the terminal', async () => {
    const shown = await print('\u001b[31mred\u0007 \u202eevil\u2066', 'BA\u001bNK');
    expect(shown.replaceAll('\n', '')).not.to.match(/[\p{Cc}\p{Cf}]/u);
  });

  it('refuses a time zone that does not exist when it is made, not when it sends', () => {
    expect(() => terminal.create({ timeZone: 'Mars/Olympus' }, toolsFor())).to.throw(RangeError);
  });
});
