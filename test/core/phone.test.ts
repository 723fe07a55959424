import { expect } from 'chai';
import { getCountries, getExampleNumber } from 'libphonenumber-js/max';
import examples from 'libphonenumber-js/mobile/examples';
import { isCostly, maskPhone, parsePhone, phoneCountry, possibleTimeZones } from '../../src/core/phone.js';
import { codeOf } from './code-of.js';

describe('phone', () => {
  it('writes a number as E.164, however it was written', () => {
    for (const text of [
      '+12015550100',
      '+1 (201) 555-0100',
      ' +1 201 555 0100 ',
      '\u202a+12015550100\u202c',
      '＋１２０１５５５０１００',
    ]) {
      expect(parsePhone(text), text).to.equal('+12015550100');
    }
    expect(parsePhone('512 3456', 'EE')).to.equal('+3725123456');
    expect(parsePhone('00372 512 3456', 'EE')).to.equal('+3725123456');
    expect(parsePhone('+12015550100', 'EE')).to.equal('+12015550100');
  });

  it('reads an example of a mobile number of every region', () => {
    for (const region of getCountries()) {
      const example = getExampleNumber(region, examples);
      if (example) expect(parsePhone(example.number), region).to.equal(example.number);
    }
  });

  for (const text of [
    '',
    '12',
    'abc',
    '+',
    '+37',
    '+3721',
    '+999123456789',
    '512 3456',
    '+1 201 555 0100 ext. 5',
    'call +12015550100 now',
    `+${'1'.repeat(300)}`,
    '+1201555010',
    '+120155501000',
    12015550100,
    null,
    undefined,
  ]) {
    it(`refuses ${JSON.stringify(text)?.slice(0, 40)}`, () => {
      expect(codeOf(() => parsePhone(text))).to.equal('phone-invalid');
    });
  }

  it('says nothing of the number in an error', () => {
    expect(() => parsePhone('+1201555010'))
      .to.throw()
      .with.property('message')
      .that.does.not.match(/\d/);
  });

  it('knows numbers that their owner earns by', () => {
    expect(['+19002345678', '+3729001234', '+448431234567'].map(isCostly)).to.deep.equal([true, true, true]);
    expect(['+12015550100', '+37251234567', '+18002345678', 'none'].map(isCostly)).to.deep.equal([
      false,
      false,
      false,
      false,
    ]);
  });

  it('shows too little of a number to call it', () => {
    expect(maskPhone('+12015550100')).to.equal('+1201***00');
    expect(maskPhone('+29051')).to.equal('***');
  });

  it('semantics line fourteen: knows every zone a number can be in', () => {
    expect(possibleTimeZones('+3725123456')).to.deep.equal(['Europe/Tallinn']);
    expect(possibleTimeZones('+12015550100')).to.include.members([
      'America/New_York',
      'America/Los_Angeles',
      'Pacific/Honolulu',
    ]);
    expect(possibleTimeZones('+79123456789')).to.include.members(['Europe/Moscow', 'Asia/Kamchatka']);
    expect(possibleTimeZones('+77710009998')).to.include('Asia/Almaty').and.not.include('Europe/Moscow');
    expect(phoneCountry('+12015550100')).to.equal('US');
  });

  it('semantics line fourteen: a number of no country can be anywhere', () => {
    expect(possibleTimeZones('+80012345678'))
      .to.have.lengthOf(27)
      .and.include.members(['Etc/GMT+12', 'Etc/GMT', 'Etc/GMT-14']);
    expect(possibleTimeZones('no number')).to.have.lengthOf(27);
  });

  it('finds at least one zone, known to Intl, for every region that has phones', () => {
    for (const region of getCountries()) {
      const example = getExampleNumber(region, examples);
      if (!example) continue;
      const zones = possibleTimeZones(example.number);
      expect(zones, region).to.have.lengthOf.within(1, 30);
      for (const timeZone of zones) expect(() => new Intl.DateTimeFormat('en', { timeZone }), timeZone).not.to.throw();
    }
    for (const timeZone of possibleTimeZones('+80012345678')) new Intl.DateTimeFormat('en', { timeZone });
  });
});
