/**
 * Messages as Fineract's external events are: small schemas with its names, and its two layers of Avro's single-object encoding,
 * written by the library avsc.
 */
import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import avro, { type Schema, type Type } from 'avsc';
import { avroFingerprint } from '../../src/core/sources/formats/avro-fingerprint.js';

const FINERACT = 'org.apache.fineract.avro';

const optional = (name: string, type: unknown) => ({ name, default: null, type: ['null', type] });

const record = (folder: string, name: string, fields: object[]) => ({
  ...{ name, namespace: folder === '' ? FINERACT : `${FINERACT}.${folder}`, type: 'record', fields },
});

/** Each as its own file, as they come: `bigdecimal` is what Fineract's build replaces. */
export const FINERACT_SCHEMAS: readonly { name: string; namespace: string; fields: object[] }[] = [
  record('', 'MessageV1', [
    { name: 'id', type: 'long' },
    ...['source', 'type', 'category', 'createdAt', 'businessDate', 'tenantId', 'idempotencyKey', 'dataschema'].map(
      (name) => ({ name, type: 'string' }),
    ),
    { name: 'data', type: 'bytes' },
  ]),
  record('', 'BulkMessageItemV1', [
    { name: 'id', type: 'long' },
    ...['type', 'category', 'dataschema'].map((name) => ({ name, type: 'string' })),
    { name: 'data', type: 'bytes' },
  ]),
  record('', 'BulkMessagePayloadV1', [
    { name: 'datas', type: { type: 'array', items: `${FINERACT}.BulkMessageItemV1` } },
  ]),
  record('generic.v1', 'CurrencyDataV1', [optional('code', 'string'), optional('decimalPlaces', 'int')]),
  record('savings.v1', 'SavingsAccountTransactionDataV1', [
    optional('id', 'long'),
    optional('accountId', 'long'),
    optional('date', 'string'),
    optional('currency', `${FINERACT}.generic.v1.CurrencyDataV1`),
    optional('amount', 'bigdecimal'),
    optional('runningBalance', 'bigdecimal'),
    optional('reversed', 'boolean'),
    optional('note', 'string'),
    optional('isReversal', 'boolean'),
    optional('originalTransactionId', 'string'),
  ]),
  record('savings.v1', 'SavingsAccountDataV1', [
    optional('id', 'int'),
    optional('clientId', 'int'),
    optional('savingsProductName', 'string'),
    optional('currency', `${FINERACT}.generic.v1.CurrencyDataV1`),
  ]),
  record('client.v1', 'ClientDataV1', [
    optional('id', 'long'),
    optional('displayName', 'string'),
    optional('mobileNo', 'string'),
  ]),
  record('loan.v1', 'LoanSummaryDataV1', [optional('currency', `${FINERACT}.generic.v1.CurrencyDataV1`)]),
  record('loan.v1', 'LoanAccountDataV1', [
    optional('id', 'long'),
    optional('clientId', 'long'),
    optional('approvedPrincipal', 'bigdecimal'),
    optional('summary', `${FINERACT}.loan.v1.LoanSummaryDataV1`),
  ]),
  record('loan.v1', 'LoanTransactionDataV1', [
    optional('id', 'long'),
    optional('loanId', 'long'),
    optional('currency', `${FINERACT}.generic.v1.CurrencyDataV1`),
    optional('amount', 'bigdecimal'),
    optional('manuallyReversed', 'boolean'),
    optional('customData', { type: 'map', values: 'bytes' }),
    optional('reversed', 'boolean'),
  ]),
  record('loan.v1', 'RepaymentDueDataV1', [
    optional('installmentNumber', 'int'),
    optional('installmentDueDate', 'string'),
    optional('totalAmountDue', 'bigdecimal'),
  ]),
  record('loan.v1', 'LoanRepaymentDueDataV1', [
    { name: 'loanId', type: ['long'] },
    optional('currency', `${FINERACT}.generic.v1.CurrencyDataV1`),
    { name: 'installment', type: [`${FINERACT}.loan.v1.RepaymentDueDataV1`] },
  ]),
];

/** A folder of their files, so named that none comes before what it refers to is known. @returns its path */
export function fineractFolder(
  schemas = FINERACT_SCHEMAS,
  folder = mkdtempSync(join(tmpdir(), 'avro-schemas-')),
): string {
  mkdirSync(join(folder, 'below'), { recursive: true });
  for (const [index, schema] of schemas.entries()) {
    const file = `${String(100 - index)}-${schema.name}.avsc`;
    writeFileSync(join(folder, index % 2 === 0 ? 'below' : '.', file), JSON.stringify(schema));
  }
  return folder;
}

/** Decimals are given as text, with eight decimals as Fineract has them. */
class Decimal extends avro.types.LogicalType {
  protected override _fromValue(value: Buffer): string {
    return BigInt.asIntN(value.length * 8, BigInt(`0x${value.toString('hex')}`)).toString();
  }
  protected override _toValue(text: string): Buffer {
    const [whole, fraction = ''] = text.split('.') as [string, string?];
    const units = BigInt(whole + fraction.padEnd(8, '0'));
    const hex = BigInt.asUintN(88, units).toString(16).padStart(22, '0');
    return Buffer.from(hex, 'hex');
  }
}

const LONG = avro.types.LongType.__with({
  fromBuffer: (bytes: Buffer) => bytes.readBigInt64LE(),
  toBuffer: (value: bigint) => {
    const bytes = Buffer.alloc(8);
    bytes.writeBigInt64LE(value);
    return bytes;
  },
  fromJSON: BigInt,
  toJSON: String,
  isValid: (value: unknown) => typeof value === 'bigint',
  compare: (a: bigint, b: bigint) => (a < b ? -1 : a > b ? 1 : 0),
});

export const BIG_DECIMAL = { type: 'bytes', logicalType: 'decimal', precision: 20, scale: 8 } as const;

/** @param schemas each after those it refers to */
export function typesOf(schemas: readonly object[]): Map<string, Type> {
  const registry: Record<string, Type> = { long: LONG };
  const text = JSON.stringify(schemas).replaceAll('"bigdecimal"', JSON.stringify(BIG_DECIMAL));
  return new Map(
    (JSON.parse(text) as Schema[]).map((schema) => {
      const type = avro.Type.forSchema(schema, { registry, logicalTypes: { decimal: Decimal }, wrapUnions: false });
      return [type.name as string, type];
    }),
  );
}

const types = typesOf(FINERACT_SCHEMAS);

/** Ten bytes in front say the schema. */
export function singleObject(type: Type, value: unknown): Buffer {
  const header = Buffer.from(`c301${avroFingerprint(JSON.stringify(type.schema()))}`, 'hex');
  header.subarray(2).reverse();
  return Buffer.concat([header, type.toBuffer(value)]);
}

/** @param name below Fineract's namespace: `client.v1.ClientDataV1` */
export function payloadOf(name: string, fields: object): Buffer {
  const type = types.get(`${FINERACT}.${name}`) as Type & { fields: { name: string }[] };
  const nothing = Object.fromEntries(type.fields.map((field) => [field.name, null]));
  return singleObject(type, { ...nothing, ...fields });
}

/** One message as it lies on Fineract's topic. */
export function fineractMessage(type: string, schema: string, data: Buffer | object, more: object = {}): Buffer {
  return payloadOf('MessageV1', {
    id: 121n,
    source: 'a65d759d-04f9-4ddf-ac52-34fa5d1f5a25',
    ...{ type, category: 'Savings', createdAt: '2026-11-10T09:30:00.123456', businessDate: '2026-11-10' },
    ...{
      tenantId: 'default',
      idempotencyKey: 'abda146d-68b5-48ca-b527-16d2b7c5daef',
      dataschema: `${FINERACT}.${schema}`,
    },
    data: Buffer.isBuffer(data) ? data : payloadOf(schema, data),
    ...more,
  });
}

/** Several in one, as close-of-business jobs send them. */
export function fineractBulk(items: readonly { type: string; schema: string; data: object }[]): Buffer {
  const datas = items.map(({ type, schema, data }, index) => ({
    ...{ id: BigInt(index + 1), type, category: 'nocategory', dataschema: `${FINERACT}.${schema}` },
    data: payloadOf(schema, data),
  }));
  return fineractMessage('BulkBusinessEvent', 'BulkMessagePayloadV1', { datas });
}
