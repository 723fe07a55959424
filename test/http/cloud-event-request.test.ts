import { expect } from 'chai';
import { CloudEvent, HTTP } from 'cloudevents';
import fc from 'fast-check';
import { parseEvent } from '../../src/core/event/parse-event.js';
import { parseCloudEventRequest, type RequestHeaders } from '../../src/http/cloud-event-request.js';
import { jsonErrorOffset } from '../../src/http/json-error-position.js';

const DATA = { accountId: '704', direction: 'debit', amount: '10.00', currency: 'EUR', kind: 'transfer' };
const official = (changes: object = {}) =>
  new CloudEvent({
    id: 'e-1',
    source: 'core/one',
    type: 'transaction.posted',
    time: '2026-06-01T10:00:00.000Z',
    data: DATA,
    ...changes,
  });
const LIMITS = { now: Date.parse('2026-06-01T12:00:00Z'), futureToleranceMs: 0, origin: 'outside' as const };

const lowered = (headers: object): RequestHeaders =>
  Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), String(value)]));
const parse = (type: string | undefined, body: string | Buffer, headers: RequestHeaders = {}, limit?: number) =>
  parseCloudEventRequest({ ...headers, 'content-type': type }, Buffer.from(body as string), limit);
const refusal = (...args: Parameters<typeof parse>): { code: string; status: number; message: string } => {
  try {
    parse(...args);
  } catch (error) {
    return error as { code: string; status: number; message: string };
  }
  throw new Error('It was not refused.');
};

describe('parseCloudEventRequest', () => {
  it('reads what the official client sends, structured and binary, as the same event', () => {
    const structured = HTTP.structured(official({ entity: 'ee' }));
    const binary = HTTP.binary(official({ entity: 'ee' }));
    const first = parseCloudEventRequest(lowered(structured.headers), Buffer.from(structured.body as string));
    const second = parseCloudEventRequest(lowered(binary.headers), Buffer.from(binary.body as string));
    expect([first.mode, second.mode]).to.deep.equal(['structured', 'binary']);
    expect(parseEvent(second.events[0], LIMITS)).to.deep.equal(parseEvent(first.events[0], LIMITS));
    expect(parseEvent(first.events[0], LIMITS)).to.include({ id: 'e-1', entity: 'ee', profile: 'account:704' });
  });

  it('reads a batch, and plain JSON by its shape', () => {
    const json = JSON.stringify(official());
    expect(parse('application/cloudevents-batch+json', `[${json},${json}]`))
      .to.include({ mode: 'batch' })
      .and.have.property('events')
      .lengthOf(2);
    expect(parse('application/json; charset=UTF-8', `[${json}]`).mode).to.equal('batch');
    expect(parse('application/json', json).mode).to.equal('structured');
    expect(parse('Application/CloudEvents+JSON;charset=utf-8', json).mode).to.equal('structured');
    expect(parse('application/cloudevents-batch+json', '[]').events).to.deep.equal([]);
    expect(parse('application/json', `\ufeff${json}`).mode).to.equal('structured');
    expect(parse('application/json', '"text"').events).to.deep.equal(['text']);
  });

  it('lets a structured content type win over ce-* headers', () => {
    const json = JSON.stringify(official());
    const read = parse('application/cloudevents+json', json, { 'ce-specversion': '1.0', 'ce-id': 'other' });
    expect(read.mode).to.equal('structured');
    expect(read.events[0]).to.include({ id: 'e-1' });
  });

  it('decodes ce-* headers once: percent-encoded UTF-8 and quotes; a lone % stays', () => {
    const decode = (value: string) =>
      (parse('application/json', '{}', { 'ce-specversion': '1.0', 'ce-id': value }).events[0] as { id: string }).id;
    expect(decode('%C3%B5%F0%9F%A6%8A')).to.equal('õ🦊');
    expect(decode('a%2520b')).to.equal('a%20b');
    expect(decode('100%')).to.equal('100%');
    expect(decode('"a \\"b\\""')).to.equal('a "b"');
    expect(refusal('application/json', '{}', { 'ce-specversion': '1.0', 'ce-id': '%FF' })).to.include({
      code: 'header-malformed',
      status: 400,
    });
    expect(refusal('application/json', '{}', { 'ce-specversion': '1.0', 'ce-id': ['a', 'b'] }).code).to.equal(
      'header-malformed',
    );
  });

  it('takes no data from headers, and none from an empty body', () => {
    const read = parse('application/json', '', { 'ce-specversion': '1.0', 'ce-data': '{}', 'ce-__proto__': 'x' });
    expect(read.events[0]).to.deep.equal({ specversion: '1.0', datacontenttype: 'application/json' });
  });

  it('refuses other content types and charsets', () => {
    for (const type of [
      undefined,
      'text/plain',
      'application/x-www-form-urlencoded',
      'application/json; charset=latin1',
    ]) {
      expect(refusal(type, '{}')).to.include({ code: 'content-type-unsupported', status: 415 });
    }
    expect(refusal('text/plain', '{}', { 'ce-specversion': '1.0' }).code).to.equal('content-type-unsupported');
  });

  it('refuses broken JSON with its place and nothing of its content', () => {
    const { code, status, message } = refusal('application/json', '{"id": "e-1",\n "secret": hidden}');
    expect({ code, status }).to.deep.equal({ code: 'json-malformed', status: 400 });
    expect(message).to.equal('The body is not JSON: it breaks at line 2, column 12.');
    expect(refusal('application/json', '').code).to.equal('json-malformed');
    expect(refusal('application/json', '{"a":1').message).to.contain('line 1, column 7');
  });

  it('refuses bytes that are not UTF-8', () => {
    expect(refusal('application/json', Buffer.from([0x22, 0xff, 0x22]))).to.include({
      code: 'body-not-utf8',
      status: 400,
    });
  });

  it('refuses keys that reach a prototype, however they are written', () => {
    for (const body of [
      '{"__proto__":{"a":1}}',
      '{"data":{"\\u005f_proto__":1,"__proto__":2}}',
      '{"a":[{"constructor":{"prototype":{}}}]}',
    ]) {
      expect(refusal('application/json', body)).to.include({ code: 'forbidden-key', status: 400 });
    }
    expect(({} as { a?: number }).a).to.equal(undefined);
  });

  it('leaves one bad event of a batch to be refused alone', () => {
    const { events } = parse(
      'application/json',
      `[${JSON.stringify(official())},{"data":{"__proto__":{"a":1}},"__proto__":[]}]`,
    );
    expect(parseEvent(events[0], LIMITS).id).to.equal('e-1');
    expect(() => parseEvent(events[1], LIMITS))
      .to.throw()
      .with.property('code', 'forbidden-key');
  });

  it('bounds a batch, and refuses what is none', () => {
    expect(parse('application/json', '[1,2]', {}, 2).events).to.have.lengthOf(2);
    expect(refusal('application/json', '[1,2,3]', {}, 2)).to.include({ code: 'batch-too-large', status: 413 });
    expect(refusal('application/json', `[${'1,'.repeat(1_000)}1]`).code).to.equal('batch-too-large');
    expect(refusal('application/cloudevents-batch+json', '{}').code).to.equal('batch-malformed');
    expect(refusal('application/cloudevents+json', '[]').code).to.equal('batch-malformed');
  });
});

describe('jsonErrorOffset', () => {
  it('finds the first character that cannot be there', () => {
    const places: [string, number][] = [
      ['', 0],
      ['hello', 0],
      ['{"a": a}', 6],
      ['{"a":}', 5],
      ['[1,]', 3],
      ['{"a":1,}', 7],
      ['[1 2]', 3],
      ['{"a":1}x', 7],
      ['{a:1}', 1],
      ['{"a" 1}', 5],
      ['[01]', 2],
      ['"a\u0001"', 0],
      ['"\\x"', 0],
      ['{"a":[{}]]', 9],
    ];
    for (const [text, offset] of places) expect(jsonErrorOffset(text), text).to.equal(offset);
  });

  it('agrees with JSON.parse about what is JSON: it reaches the end of every JSON text', () => {
    fc.assert(fc.property(fc.json(), (text) => jsonErrorOffset(text) === text.length));
  });

  it('is not slowed or broken by long strings and deep nesting', () => {
    expect(jsonErrorOffset(`"${'a'.repeat(2_000_000)}`)).to.equal(0);
    expect(jsonErrorOffset(`"${'\\n'.repeat(1_000_000)}`)).to.equal(0);
    expect(jsonErrorOffset('['.repeat(1_000_000))).to.equal(1_000_000);
  });
});
