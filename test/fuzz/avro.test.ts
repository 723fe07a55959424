import { rmSync } from 'node:fs';
import { expect } from 'chai';
import { isMappingRefusalCode, MappingRefused } from '../../src/core/sources/mapping-refused.js';
import { readSourceBody } from '../../src/core/sources/read-body.js';
import { loadAvroSchemas } from '../../src/registry/avro-schemas.js';
import { loadMapping } from '../../src/registry/sources.js';
import { fineractBulk, fineractFolder, fineractMessage } from '../support/fineract-avro.js';
import { randomOf } from './mutate.js';

const DEPOSIT = { id: 90_210n, accountId: 17n, date: '2026-11-21', amount: '950', runningBalance: '1200.05' };

/** Bytes in front of a body that say which schema wrote it: with others, it is refused before it is read. */
const HEADER = 10;

describe('bodies of Avro with spoiled bytes', () => {
  let folder: string;

  before(() => {
    folder = fineractFolder();
  });

  after(() => rmSync(folder, { recursive: true }));

  it('are read or refused by a name, whatever stands in them', () => {
    const { mapping } = loadMapping('fineract-events', '/');
    const { avro, body: formats } = mapping.document;
    if (avro === undefined) throw new Error('the mapping reads no Avro');
    const reading = { format: avro, schemas: loadAvroSchemas([folder], avro) };
    const bodies = [
      fineractMessage('SavingsDepositBusinessEvent', 'savings.v1.SavingsAccountTransactionDataV1', DEPOSIT),
      fineractBulk([
        { type: 'LoanApprovedBusinessEvent', schema: 'loan.v1.LoanTransactionDataV1', data: { id: 1n, amount: '1' } },
        { type: 'ClientCreateBusinessEvent', schema: 'client.v1.ClientDataV1', data: { id: 2n } },
      ]),
    ];
    const random = randomOf(20_261_122);
    const ends = new Map<string, number>();
    for (let at = 0; at < 20_000; at++) {
      const body = spoiled(bodies[at % bodies.length] as Buffer, random);
      const end = endOf(() => readSourceBody({ body, contentType: 'application/avro' }, formats, reading));
      ends.set(end, (ends.get(end) ?? 0) + 1);
    }
    const { read = 0, ...refused } = Object.fromEntries(ends);
    expect(Object.keys(refused).filter((code) => !isMappingRefusalCode(code))).to.deep.equal([]);
    expect(read, 'read all the same').to.be.above(100);
    expect(refused['mapping-body'], 'no Avro any more').to.be.above(100);
  });
});

function endOf(read: () => unknown): string {
  try {
    read();
    return 'read';
  } catch (error) {
    if (error instanceof MappingRefused) return error.code;
    throw error;
  }
}

/** One to four times: a bit turned over, a byte of any value, bytes cut out, or bytes put in. */
function spoiled(body: Buffer, random: () => number): Buffer {
  let bytes = Buffer.from(body);
  for (let times = 1 + Math.floor(random() * 4); times > 0; times--) {
    const at = HEADER + Math.floor(random() * Math.max(1, bytes.length - HEADER));
    const some = 1 + Math.floor(random() * 9);
    const put = Buffer.from(Array.from({ length: some }, () => Math.floor(random() * 256)));
    switch (Math.floor(random() * 4)) {
      case 0:
        bytes[at] = (bytes[at] ?? 0) ^ (1 << Math.floor(random() * 8));
        break;
      case 1:
        bytes[at] = put[0] as number;
        break;
      case 2:
        bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(at + some)]);
        break;
      default:
        bytes = Buffer.concat([bytes.subarray(0, at), put, bytes.subarray(at)]);
    }
  }
  return bytes;
}
