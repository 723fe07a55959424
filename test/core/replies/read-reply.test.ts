import { readFileSync } from 'node:fs';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { expect } from 'chai';
import { type ReplyPolicies, replyPolicy, withOverrides } from '../../../src/core/replies/policy.js';
import { readReply } from '../../../src/core/replies/read-reply.js';

const read = (text: string, country: string, locale = 'en', policies: ReplyPolicies = withOverrides()) =>
  readReply(text, replyPolicy(policies, country, [locale]));

describe('a reply', () => {
  it('is read whatever its case, punctuation, diacritics and repeats', () => {
    for (const text of [
      'STOP',
      'stop',
      ' Stop. ',
      '"STOP!!"',
      'S\u0301top',
      'stop stop',
      'STOP 🛑',
      '\u200fstop\u200e',
      'ＳＴＯＰ',
    ]) {
      expect(read(text, 'GB'), text).to.equal('stop');
    }
    for (const text of ['Lõpeta', 'LOPETA', 'lo\u0303peta']) expect(read(text, 'EE'), text).to.equal('stop');
  });

  it('counts as a STOP only as the whole message', () => {
    for (const text of ['please stop calling', 'stopp it now', 'bus stop', 'stop?no', '', '...', 'x'.repeat(5_000)]) {
      expect(read(text, 'EE'), text.slice(0, 20)).to.equal('none');
    }
  });

  it('counts inside a sentence where the policy of the country says so, and the sentence does not deny it', () => {
    expect(read('please stop texting me', 'US')).to.equal('stop');
    expect(read('I want to opt-out of this', 'US')).to.equal('stop');
    for (const text of ["please don't stop", 'do not stop', 'never STOP', 'I am at the busstop', 'cancel my card']) {
      expect(read(text, 'US'), text).to.equal('none');
    }
  });

  it('is not read from letters of another script that only look alike', () => {
    for (const text of ['YЕS', 'УES', 'NО', 'Ν', 'SТOP', 'ЅТОР', 'ꓢTOP'])
      expect(read(text, 'GB'), text).to.equal('none');
    expect(read('𝐘𝐄𝐒', 'GB'), 'a compatibility form is the letter itself').to.equal('yes');
  });

  it('counts in English everywhere, in the languages of the country, and in the language of the customer', () => {
    expect(read('jah', 'EE')).to.equal('yes');
    expect(read('Нет', 'EE')).to.equal('no');
    expect(read('jah', 'GB')).to.equal('none');
    expect(read('jah', 'GB', 'et-EE')).to.equal('yes');
    expect(read('arrêt', 'CA')).to.equal('stop');
    expect(read('Aide', 'CA')).to.equal('help');
    expect(read('INFO', 'EE')).to.equal('none');
    expect(read('yes', 'EE')).to.equal('yes');
  });

  it('is unclear where a word means something else: a Czech "no" is a yes', () => {
    expect(read('No', 'CZ', 'cs')).to.equal('unclear');
    expect(read('ne', 'CZ', 'cs')).to.equal('no');
  });

  it('takes every word that the rule of the United States names', () => {
    for (const word of ['stop', 'quit', 'end', 'revoke', 'opt out', 'cancel', 'unsubscribe']) {
      expect(read(word, 'US'), word).to.equal('stop');
    }
  });

  it('has no word with two meanings for one country', () => {
    const policies = withOverrides();
    for (const country of Object.keys(policies.countries)) {
      const { words } = replyPolicy(policies, country);
      const all = [...words.values()].flatMap((list) => [...list]);
      expect(new Set(all).size, country).to.equal(all.length);
    }
  });
});

describe('the policies', () => {
  it('are what their schema says', () => {
    const schema = JSON.parse(readFileSync('schemas/reply-policies.schema.json', 'utf8'));
    const validate = new Ajv2020({ strict: true }).compile(schema);
    validate(JSON.parse(readFileSync('src/core/replies/policies.json', 'utf8')));
    expect(validate.errors ?? []).to.deep.equal([]);
  });

  it('cover marketing unless the regulator asks for more, and may be changed country by country', () => {
    const shipped = withOverrides();
    expect(replyPolicy(shipped, 'EE').stopCovers).to.equal('marketing');
    expect(replyPolicy(shipped, 'ZZ').stopCovers).to.equal('marketing');
    expect(replyPolicy(shipped, undefined).stopCovers).to.equal('marketing');
    expect(replyPolicy(shipped, 'US').stopCovers).to.equal('opt-out');
    const changed = withOverrides({ EE: { stopCovers: 'opt-out' }, default: { confirm: false } });
    expect(replyPolicy(changed, 'EE')).to.include({ stopCovers: 'opt-out', confirm: false });
    expect(read('jah', 'EE', 'en', changed), 'what is not named stays').to.equal('yes');
  });
});
