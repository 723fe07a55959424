import { expect } from 'chai';
import { measureText } from '../../../src/core/message/segments.js';
import { type ReplyText, replyText } from '../../../src/core/replies/texts.js';

const KINDS: ReplyText[] = ['stopped', 'started', 'help', 'unclear'];

describe('an answer to a reply', () => {
  it('is one SMS in GSM-7, in every language, for a name of twenty characters', () => {
    for (const locale of ['en', 'et']) {
      for (const kind of KINDS) {
        const { text } = replyText(kind, locale, { name: 'Savings Bank Tallinn' });
        expect(measureText(text), text).to.include({ encoding: 'gsm-7', parts: 1 });
      }
    }
  });

  it('is in the language of the customer, else in English', () => {
    expect(replyText('started', 'et-EE', { name: 'Bank' })).to.deep.include({ locale: 'et' });
    expect(replyText('started', 'fr', { name: 'Bank' })).to.deep.include({ locale: 'en' });
  });

  it('tells how to reach the bank in the words of the configuration', () => {
    const contact = { en: 'Call +372 600 0000.', et: 'Helistage +372 600 0000.' };
    expect(replyText('help', 'et', { name: 'Bank', contact }).text).to.contain('Helistage +372 600 0000.');
    expect(replyText('help', 'et', { name: 'Bank', contact: { en: 'Call 1.' } }).text).to.contain('Call 1.');
  });
});
