import { expect } from 'chai';
import fc from 'fast-check';
import { decodeText, type Encoding, encodeParts } from '../../adapters/sms/smpp/encoding.js';
import { createFramer, decodePdu, encodePdu, type Pdu, PduBroken } from '../../adapters/sms/smpp/pdu.js';
import { fitsGsm7, measureText } from '../../src/core/message/segments.js';

const EVERY = Array.from({ length: 0xffff }, (_none, code) => String.fromCharCode(code)).filter(fitsGsm7);

describe('texts over SMPP', () => {
  it('in GSM 7-bit can hold every character that the core counts as such, and no other', () => {
    expect(EVERY).to.have.length(127 + 10);
    for (let code = 0; code < 0xffff; code += 1) {
      const character = String.fromCharCode(code);
      expect(encodeParts(character, 'gsm-7') !== undefined, String(code)).to.equal(fitsGsm7(character));
    }
  });

  it('in GSM 7-bit are the codes of 3GPP TS 23.038', () => {
    // Rows of the default alphabet that differ from ASCII, as the specification's table has them.
    const codes: Record<string, string> = {
      '@£$¥èéùìòÇ\nØø\rÅå': '000102030405060708090a0b0c0d0e0f',
      Δ_ΦΓΛΩΠΨΣΘΞ: '101112131415161718191a',
      ÆæßÉ: '1c1d1e1f',
      '¤¡ÄÖÑÜ§¿äöñüà': '24405b5c5d5e5f607b7c7d7e7f',
      '\f^{}\\[~]|€': '1b0a1b141b281b291b2f1b3c1b3d1b3e1b401b65',
    };
    for (const [text, hex] of Object.entries(codes))
      expect(encodeParts(text, 'gsm-7')?.[0]?.toString('hex')).to.equal(hex);
  });

  const texts: [Encoding, fc.Arbitrary<string>][] = [
    ['gsm-7', fc.array(fc.constantFrom(...EVERY, '€', '['), { maxLength: 500 }).map((all) => all.join(''))],
    [
      'ucs-2',
      fc.array(fc.constantFrom('õ', '😀', 'a', 'š'), { minLength: 1, maxLength: 300 }).map((all) => `õ${all.join('')}`),
    ],
  ];
  for (const [encoding, text] of texts) {
    it(`in ${encoding} are cut into as many parts as are priced, each whole by itself`, () => {
      fc.assert(
        fc.property(text, (whole) => {
          const parts = encodeParts(whole, encoding) ?? [];
          expect(parts).to.have.length(measureText(whole).parts);
          expect(parts.map((part) => decodeText(part, encoding)).join('')).to.equal(whole);
          const room = encoding === 'gsm-7' ? 153 : 134;
          if (parts.length > 1) expect(parts.every((part) => part.length <= room)).to.equal(true);
        }),
      );
    });
  }

  it('are read where the sender broke the rules: a lone escape, an unknown one, a byte above 127', () => {
    expect(decodeText(Buffer.from([0x41, 0x1b]), 'gsm-7')).to.equal('A ');
    expect(decodeText(Buffer.from([0x1b, 0x41]), 'gsm-7')).to.equal('A');
    expect(decodeText(Buffer.from([0xff]), 'gsm-7')).to.equal('\ufffd');
  });
});

describe('SMPP packets', () => {
  const bytes = encodePdu(
    'deliver_sm',
    { sequence: 7 },
    {
      source_addr: '12015550123',
      destination_addr: '1551',
      esm_class: 4,
      data_coding: 0,
      short_message: Buffer.from('id:a_b'),
    },
    [[0x1401, Buffer.from('own')]],
  );

  it('are read as they were written, texts as bytes and parameters by tag', () => {
    const pdu = decodePdu(bytes);
    expect(pdu).to.include({ command: 'deliver_sm', sequence: 7, status: 0, isResponse: false });
    expect(pdu.fields).to.include({ source_addr: '12015550123', destination_addr: '1551', esm_class: 4 });
    expect(String(pdu.fields.short_message)).to.equal('id:a_b');
    expect(String(pdu.parameters.get(0x1401))).to.equal('own');
  });

  it('are cut from a stream at any place', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }), (sizes) => {
        const found: Pdu[] = [];
        const frame = createFramer((pdu) => found.push(pdu));
        const stream = Buffer.concat([bytes, bytes, bytes]);
        for (let at = 0, turn = 0; at < stream.length; turn += 1) {
          const size = sizes[turn % sizes.length] ?? 1;
          frame(stream.subarray(at, at + size));
          at += size;
        }
        expect(found).to.have.length(3);
      }),
    );
  });

  it('are broken where a length lies, and never anything worse', () => {
    fc.assert(
      fc.property(fc.nat(bytes.length - 1), fc.nat(255), fc.nat(bytes.length), (at, value, length) => {
        const damaged = Buffer.from(bytes.subarray(0, Math.max(16, length)));
        damaged.writeUInt8(value, Math.min(at, damaged.length - 1));
        try {
          createFramer(() => undefined)(damaged);
        } catch (error) {
          expect(error).to.be.instanceOf(PduBroken);
        }
      }),
      { numRuns: 2000 },
    );
  });

  it('that are refusals may lack their fields', () => {
    const refused = encodePdu('submit_sm_resp', { sequence: 1, status: 0x58 });
    expect(decodePdu(refused)).to.include({ command: 'submit_sm_resp', status: 0x58 });
  });
});
