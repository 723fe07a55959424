import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avro, { type Schema } from 'avsc';
import { expect } from 'chai';
import type { AvroFormat } from '../../../src/contracts/source.js';
import { canonicalText } from '../../../src/core/sources/canonical-text.js';
import { startRun } from '../../../src/core/sources/expression/run.js';
import { NumberText, type Value } from '../../../src/core/sources/expression/value.js';
import { avroFingerprint } from '../../../src/core/sources/formats/avro-fingerprint.js';
import { readSourceBody } from '../../../src/core/sources/read-body.js';
import { loadAvroSchemas } from '../../../src/registry/avro-schemas.js';
import {
  BIG_DECIMAL,
  FINERACT_SCHEMAS,
  fineractBulk,
  fineractFolder,
  fineractMessage,
  payloadOf,
} from '../../support/fineract-avro.js';

const NAMESPACE = 'org.apache.fineract.avro';
const FORMAT: AvroFormat = {
  record: `${NAMESPACE}.MessageV1`,
  payload: {
    ...{ schema: 'dataschema', data: 'data' },
    records: [
      'BulkMessagePayloadV1',
      'savings.v1.SavingsAccountTransactionDataV1',
      'loan.v1.LoanTransactionDataV1',
    ].map((name) => `${NAMESPACE}.${name}`),
  },
  replace: { bigdecimal: BIG_DECIMAL },
};
const DEPOSIT = {
  ...{ id: 9_007_199_254_740_993n, accountId: 17n, date: '2026-11-21', amount: '12345678901.12345678' },
  ...{ runningBalance: '-0.05', reversed: false, currency: { code: 'EUR', decimalPlaces: 2 } },
};

interface Message {
  [field: string]: unknown;
  data: { [field: string]: unknown; datas: { data: unknown }[] };
}

describe('Avro bodies', () => {
  const folders: string[] = [];
  const folderOf = (files: Record<string, string>): string => {
    const folder = mkdtempSync(join(tmpdir(), 'avro-'));
    folders.push(folder);
    for (const [name, text] of Object.entries(files)) writeFileSync(join(folder, name), text);
    return folder;
  };
  const fineract = (): string => {
    folders.push(fineractFolder());
    return folders.at(-1) as string;
  };
  after(() => {
    for (const folder of folders) rmSync(folder, { recursive: true });
  });

  const textOf = (value: Value) =>
    canonicalText(value, startRun({ codes: new Map(), zones: new Map() }, { steps: 1e7, size: 1e8 }));

  /** Numbers as their text. */
  const shown = (value: Value): unknown =>
    JSON.parse(JSON.stringify(value, (_, inner) => (inner instanceof NumberText ? inner.text : inner)));

  /** Reads bodies of one schema, which is written as it stands. */
  function readerOf(schema: object, format: Partial<AvroFormat> = {}) {
    const { name } = schema as { name: string };
    const folder = folderOf({ 'a.avsc': JSON.stringify(schema) });
    const reading = { format: { record: name, framing: 'none' as const, ...format }, schemas: new Map() };
    reading.schemas = loadAvroSchemas([folder], reading.format) as typeof reading.schemas;
    return (body: Uint8Array) => textOf(readSourceBody({ body, contentType: 'avro/binary' }, ['avro'], reading));
  }

  function refusalOf(work: () => unknown): { code?: string; message?: string } {
    try {
      work();
    } catch (error) {
      return error as { code: string };
    }
    return {};
  }

  describe('of two layers, as Fineract sends them', () => {
    const reading = () => ({ format: FORMAT, schemas: loadAvroSchemas([fineract()], FORMAT) });
    const read = (body: Uint8Array, contentType = 'application/avro') =>
      shown(readSourceBody({ body, contentType }, ['avro', 'json'], reading())) as Message;

    it('become the plain tree that JSON gives, every digit of amounts and ids kept', () => {
      const { data, ...envelope } = read(
        fineractMessage('SavingsDepositBusinessEvent', 'savings.v1.SavingsAccountTransactionDataV1', DEPOSIT),
      );
      expect(envelope).to.deep.include({ id: '121', type: 'SavingsDepositBusinessEvent', tenantId: 'default' });
      expect(data).to.deep.equal({
        ...{ id: '9007199254740993', accountId: '17', date: '2026-11-21', amount: '12345678901.12345678' },
        ...{ runningBalance: '-0.05000000', reversed: false, currency: { code: 'EUR', decimalPlaces: '2' } },
        ...{ note: null, isReversal: null, originalTransactionId: null },
      });
    });

    it('are known by their content type, and by none where Avro comes first', () => {
      const body = fineractMessage(
        'SavingsDepositBusinessEvent',
        'savings.v1.SavingsAccountTransactionDataV1',
        DEPOSIT,
      );
      const types = [
        'application/avro',
        'avro/binary',
        'application/vnd.apache.avro+binary',
        'application/octet-stream',
        '',
      ];
      for (const type of types) expect(read(body, type).type, type).to.equal('SavingsDepositBusinessEvent');
      expect(refusalOf(() => read(body, 'text/html')).code).to.equal('mapping-content-type');
      expect(refusalOf(() => read(body, 'application/json')).code).to.equal('mapping-body');
    });

    it('are taken apart where one holds several', () => {
      const body = fineractBulk([
        { type: 'A', schema: 'loan.v1.LoanTransactionDataV1', data: { id: 1n, amount: '1' } },
        { type: 'B', schema: 'client.v1.ClientDataV1', data: { id: 2n } },
      ]);
      const { data } = read(body);
      expect(data.datas[0]?.data).to.deep.include({ id: '1', amount: '1.00000000' });
      expect(data.datas[1], 'a payload that the mapping does not name').to.deep.include({ type: 'B', data: null });
    });

    it('keep bytes as text, in which a card number is seen', () => {
      const customData = { note: Buffer.from('4111 1111 1111 1111') };
      const body = fineractMessage('A', 'loan.v1.LoanTransactionDataV1', { id: 1n, customData });
      expect(read(body).data.customData).to.deep.equal({ note: '4111 1111 1111 1111' });
    });

    it('are refused by a name where their schema is another version than the folder has', () => {
      const changed = FINERACT_SCHEMAS.map((schema) =>
        schema.name === 'CurrencyDataV1' ? { ...schema, fields: schema.fields.slice(0, 1) } : schema,
      );
      const folder = fineractFolder(changed);
      folders.push(folder);
      const body = fineractMessage('A', 'savings.v1.SavingsAccountTransactionDataV1', DEPOSIT);
      const readBy = (...from: string[]) =>
        readSourceBody({ body, contentType: 'avro/binary' }, ['avro'], {
          format: FORMAT,
          schemas: loadAvroSchemas(from, FORMAT),
        });
      expect(refusalOf(() => readBy(folder)).code).to.equal('mapping-schema');
      expect(refusalOf(() => readBy(folder, fineract())).code, 'both versions are there').to.equal(undefined);
    });

    it('are refused where there is no header, or a byte too many or too few, in either layer', () => {
      const payload = payloadOf('savings.v1.SavingsAccountTransactionDataV1', DEPOSIT);
      const message = (data: Buffer) => fineractMessage('A', 'savings.v1.SavingsAccountTransactionDataV1', data);
      const whole = message(payload);
      const broken = [
        whole.subarray(10),
        Buffer.concat([whole, Buffer.from([0])]),
        whole.subarray(0, -1),
        message(payload.subarray(0, -1)),
        message(Buffer.concat([payload, Buffer.from([0])])),
        message(Buffer.alloc(0)),
        Buffer.alloc(0),
      ];
      for (const [index, body] of broken.entries())
        expect(refusalOf(() => read(body)).code, String(index)).to.equal('mapping-body');
    });

    it('are refused, whatever a byte of theirs is changed to, or become a value', () => {
      const whole = fineractMessage('A', 'savings.v1.SavingsAccountTransactionDataV1', DEPOSIT);
      const schemas = loadAvroSchemas([fineract()], FORMAT);
      const codes = new Set<string>();
      for (let at = 0; at < whole.length; at += 1) {
        for (const change of [0x01, 0x80, 0xff]) {
          const body = Buffer.from(whole);
          body[at] = (body[at] as number) ^ change;
          const refused = refusalOf(() => readSourceBody({ body }, ['avro'], { format: FORMAT, schemas }));
          codes.add(refused.code ?? 'read');
        }
      }
      expect([...codes].sort()).to.deep.equal(['mapping-body', 'mapping-schema', 'read']);
    });
  });

  describe('that are hostile', () => {
    /** Zigzag, seven bits a byte. */
    const long = (value: bigint): number[] => {
      const bytes: number[] = [];
      let left = BigInt.asUintN(64, (value << 1n) ^ (value >> 63n));
      for (; left > 127n; left >>= 7n) bytes.push(Number(left & 127n) | 128);
      return [...bytes, Number(left)];
    };
    const listOf = (items: unknown) => ({
      name: 'R',
      type: 'record',
      fields: [{ name: 'list', type: { type: 'array', items } }],
    });

    for (const items of ['long', 'null', { name: 'Empty', type: 'record', fields: [] }]) {
      it(`cannot claim a list of more than there may be: ${JSON.stringify(items)}`, () => {
        const read = readerOf(listOf(items));
        for (const count of [2n ** 40n, 2n ** 62n, -(2n ** 62n), -(2n ** 63n), 100_001n]) {
          const body = Uint8Array.from([...long(count), ...(count < 0n ? long(0n) : [])]);
          expect(refusalOf(() => read(body)).code, String(count)).to.equal('mapping-too-many');
        }
      });
    }

    it('cannot make many values of few bytes by many blocks', () => {
      const read = readerOf(listOf('null'));
      const blocks = Array.from({ length: 3 }, () => long(50_000n)).flat();
      expect(refusalOf(() => read(Uint8Array.from([...blocks, 0]))).code).to.equal('mapping-too-many');
    });

    it('cannot claim text, bytes or keys that are longer than the body', () => {
      for (const type of ['string', 'bytes', { type: 'map', values: 'int' }, BIG_DECIMAL]) {
        const read = readerOf({ name: 'R', type: 'record', fields: [{ name: 'a', type }] });
        const key = typeof type === 'object' && type.type === 'map' ? long(1n) : [];
        for (const length of [2n ** 40n, 2n ** 62n, -1n, 5n])
          expect(refusalOf(() => read(Uint8Array.from([...key, ...long(length), 1]))).code).to.equal('mapping-body');
      }
    });

    it('cannot nest without end', () => {
      const node = { name: 'Node', type: 'record', fields: [{ name: 'next', type: ['null', 'Node'] }] };
      const read = readerOf(node);
      const nested = (depth: number) => Uint8Array.from([...Array.from({ length: depth }, () => 2), 0]);
      expect(read(nested(2))).to.equal('{"next":{"next":{"next":null}}}');
      expect(refusalOf(() => read(nested(1_000_000))).code).to.equal('mapping-too-deep');
    });

    it('cannot say what their schema does not allow', () => {
      const of = (type: unknown) => readerOf({ name: 'R', type: 'record', fields: [{ name: 'a', type }] });
      const wrong: [unknown, number[]][] = [
        ['int', long(2n ** 31n)],
        ['long', [255, 255, 255, 255, 255, 255, 255, 255, 255, 2]],
        ['long', [255, 255, 255, 255, 255, 255, 255, 255, 255, 255, 1]],
        ['boolean', [2]],
        ['string', [2, 0xff]],
        [['null', 'int'], long(2n)],
        [['null', 'int'], long(-1n)],
        [{ name: 'E', type: 'enum', symbols: ['A'] }, long(1n)],
        [BIG_DECIMAL, [0]],
        [BIG_DECIMAL, [54, ...Array.from({ length: 27 }, () => 1)]],
        [{ type: 'map', values: 'int' }, [4, 2, 97, 2, 2, 97, 2, 0]],
        ['double', [0, 0, 0]],
      ];
      for (const [type, bytes] of wrong)
        expect(refusalOf(() => of(type)(Uint8Array.from(bytes))).code, JSON.stringify(type)).to.equal('mapping-body');
    });

    it('never show what they hold in a refusal', () => {
      const read = readerOf({ name: 'R', type: 'record', fields: [{ name: 'a', type: 'string' }] });
      const body = Uint8Array.from([12, ...Buffer.from('secret'), 1]);
      expect(refusalOf(() => read(body)).message).to.not.contain('secret');
    });
  });

  it('agree with the library avsc about values of every type', () => {
    const schema = {
      ...{ name: 'R', namespace: 'a.b', type: 'record' },
      fields: [
        { name: 'nothing', type: 'null' },
        { name: 'yes', type: 'boolean' },
        { name: 'whole', type: 'int' },
        { name: 'large', type: 'long' },
        { name: 'double', type: 'double' },
        { name: 'text', type: 'string' },
        { name: 'kind', type: { name: 'E', type: 'enum', symbols: ['A', 'B'] } },
        { name: 'kinds', type: { type: 'array', items: 'E' } },
        { name: 'named', type: { type: 'map', values: ['null', 'string'] } },
        { name: 'choice', type: ['null', 'int', 'string'] },
      ],
    };
    const type = avro.Type.forSchema(schema as Schema, { wrapUnions: false });
    const read = readerOf(schema, { record: 'a.b.R' });
    for (let round = 0; round < 200; round += 1) {
      const value = type.random();
      expect(JSON.parse(read(type.toBuffer(value)))).to.deep.equal(JSON.parse(JSON.stringify(value)));
    }
  });

  it('read a list in several blocks, with their sizes and without', () => {
    const list = { name: 'R', type: 'record', fields: [{ name: 'a', type: { type: 'array', items: 'int' } }] };
    const body = Uint8Array.from([3, 4, 2, 4, 2, 6, 1, 2, 8, 0]);
    expect(readerOf(list)(body)).to.equal('{"a":[1,2,3,4]}');
  });

  it('read numbers at the ends of their types, and what is no number', () => {
    const of = (type: string) => readerOf({ name: 'R', type: 'record', fields: [{ name: 'a', type }] });
    const bytes = Buffer.from(avro.Type.forSchema('double').toBuffer(Number.NaN));
    expect(of('double')(bytes)).to.equal('{"a":"NaN"}');
    expect(of('float')(avro.Type.forSchema('float').toBuffer(0.5))).to.equal('{"a":0.5}');
    const smallest = [255, 255, 255, 255, 255, 255, 255, 255, 255, 1];
    expect(of('long')(Uint8Array.from(smallest))).to.equal('{"a":-9223372036854775808}');
  });

  describe('schemas', () => {
    const mistakesOf = (folder: string | string[], format: AvroFormat) =>
      refusalOf(() => loadAvroSchemas([folder].flat(), format)).message?.split('\n') ?? [];

    it('have the fingerprint that other libraries give them', () => {
      expect(avroFingerprint('"int"')).to.equal('7275d51a3f395c8f');
      const folder = folderOf({
        'b.avsc':
          '{"name":"Cur","namespace":"x.w","doc":"d","type":"record","fields":[{"name":"code","type":["null","string"],"default":null}]}',
        'a.avsc':
          '{"name":"Pay","namespace":"x.z","type":"record","doc":"d","fields":[{"name":"amount","default":null,"type":["null","bigdecimal"]},{"name":"cur","type":["null","x.w.Cur"]},{"name":"kids","type":["null",{"type":"array","items":"Pay"}]},{"name":"m","type":{"type":"map","values":"bytes"}},{"name":"e","type":{"type":"enum","name":"E","symbols":["A","B"]}},{"name":"e2","type":"E"},{"name":"f","type":{"type":"fixed","name":"F","size":4}},{"name":"ts","type":{"type":"long","logicalType":"timestamp-millis"}}]}',
      });
      const schemas = loadAvroSchemas([folder], { record: 'x.z.Pay', replace: { bigdecimal: BIG_DECIMAL } });
      // As fastavro 1.12.2 has it, its bytes the other way round.
      expect(schemas.get('x.z.Pay')?.[0]?.fingerprint).to.equal('b952037395384225');
    });

    it('may have defaults of any kind, which nothing of a body depends on', () => {
      const amount = { name: 'amount', type: BIG_DECIMAL, default: '\u0001' };
      const read = readerOf({ name: 'R', type: 'record', fields: [amount] });
      expect(read(Uint8Array.from([2, 0xff]))).to.equal('{"amount":-0.00000001}');
    });

    it('are read once, whatever else is in the folder', () => {
      const folder = folderOf({
        'a.avsc': '{"name":"A","type":"record","fields":[]}',
        'b.avsc': '{"name":"B","type":"record","fields":[{"name":"c","type":"Unknown"}]}',
        'readme.txt': 'not a schema',
      });
      expect(mistakesOf(folder, { record: 'A' })).to.deep.equal([]);
    });

    it('know each other by the namespace that their own name has', () => {
      const folder = folderOf({
        'a.avsc':
          '{"name":"Envelope","namespace":"x.y","type":"record","fields":[{"name":"c","type":"a.b.C"},{"name":"d","type":"D"}]}',
        'b.avsc': '{"name":"a.b.C","type":"record","fields":[{"name":"d","type":"D"}]}',
        'c.avsc':
          '[{"name":"D","namespace":"a.b","type":"enum","symbols":["B"]},{"name":"D","namespace":"x.y","type":"enum","symbols":["Y"]}]',
      });
      const format = { record: 'x.y.Envelope', framing: 'none' as const };
      const reading = { format, schemas: loadAvroSchemas([folder], format) };
      const body = Uint8Array.from([0, 0]);
      expect(textOf(readSourceBody({ body }, ['avro'], reading))).to.equal('{"c":{"d":"B"},"d":"Y"}');
    });

    it('tell everything that is missing or wrong at once', () => {
      const folder = folderOf({
        'a.avsc': '{"name":"A","type":"record","fields":[{"name":"b","type":"c.B"}]}',
        'b.avsc': '{',
        'c.avsc': '{"name":"C","type":"enum","symbols":["X"]}',
        'd.avsc':
          '{"name":"D","type":"record","fields":[{"name":"d","type":{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}}]}',
        'e.avsc': '{"name":"D","type":"record","fields":[]}',
      });
      const payload = { schema: 's', data: 'd', records: ['C', 'D', 'Z'] };
      const mistakes = mistakesOf([folder, join(folder, 'none')], { record: 'A', payload }).join('\n');
      expect(mistakes).to.contain(`${join(folder, 'b.avsc')} is not JSON`);
      expect(mistakes).to.contain(`${join(folder, 'e.avsc')}: D is defined in another file of the folder too`);
      expect(mistakes).to.contain('A in ');
      expect(mistakes).to.contain('undefined type name: c.B');
      expect(mistakes).to.contain('it is no record');
      expect(mistakes).to.contain('which the mapping reads');
      expect(mistakes).to.contain(`${join(folder, 'none')} is no folder that can be read`);
    });
  });
});
