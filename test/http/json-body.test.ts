import { expect } from 'chai';
import express from 'express';
import { sqlite } from '../support/databases.js';
import { openService, type ServiceOptions, type ServiceUnderTest } from './service-under-test.js';

const JSON_TYPE = { 'content-type': 'application/json' };

describe('JSON bodies of management requests', () => {
  let service: ServiceUnderTest | undefined;
  const open = async (options: ServiceOptions = {}) => {
    service = await openService(sqlite, options);
    return service.as('admin');
  };
  afterEach(async () => {
    await service?.close();
    service = undefined;
  });

  it('are read whatever the host parses before', async () => {
    const hosts: ServiceOptions['host'][] = [
      undefined,
      (app) => app.use(express.json()),
      (app) => app.use(express.raw({ type: '*/*' })),
      (app) => app.use(express.urlencoded()),
    ];
    for (const host of hosts) {
      const admin = await open({ host });
      expect((await admin('PUT', '/customers/2', { name: 'Ester' })).body.name).to.equal('Ester');
      expect((await admin('PUT', '/customers/2', { nme: 'Ester' })).body.code).to.equal('request-invalid');
      await service?.close();
    }
    service = undefined;
  });

  it('that are no JSON are refused with the place', async () => {
    const admin = await open();
    const answer = await admin('PUT', '/customers/2', '{ "name": "Ester",\n  phone: 1 }', JSON_TYPE);
    expect(answer.status).to.equal(400);
    expect(answer.body.code).to.equal('json-malformed');
    expect(answer.body.detail).to.include('line 2, column 3').and.not.include('Ester');
    expect((await admin('PUT', '/customers/2', '', JSON_TYPE)).body.code).to.equal('json-malformed');
    expect((await admin('PUT', '/customers/2', '[]', JSON_TYPE)).body.code).to.equal('request-invalid');
    expect((await admin('PUT', '/customers/2', '"x"', JSON_TYPE)).body.code).to.equal('request-invalid');
  });

  it('with keys that reach for prototypes are refused, also behind the host’s parser', async () => {
    const hosts: ServiceOptions['host'][] = [undefined, (app) => app.use(express.json())];
    for (const host of hosts) {
      const admin = await open({ host });
      for (const text of [
        '{"__proto__":{"phone":"x"}}',
        '{"home":{"__proto__":1}}',
        '{"constructor":{"prototype":1}}',
      ]) {
        const answer = await admin('PUT', '/customers/2', text, JSON_TYPE);
        expect(answer.body.code, text).to.equal('forbidden-key');
      }
      await service?.close();
    }
    service = undefined;
  });

  it('of another type, compressed or too large are refused', async () => {
    const admin = await open();
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    expect((await admin('PUT', '/customers/2', 'name=x', form)).body.code).to.equal('content-type-unsupported');
    expect((await admin('POST', '/hold')).body.code).to.equal('content-type-unsupported');
    const zipped = { ...JSON_TYPE, 'content-encoding': 'gzip' };
    expect((await admin('PUT', '/customers/2', '{}', zipped)).body.code).to.equal('content-encoding-unsupported');
    const large = await admin('PUT', '/customers/2', { name: 'x'.repeat(1_100_000) });
    expect(large.status).to.equal(413);
    expect(large.body.code).to.equal('body-too-large');
  });

  it('are not asked for before the asker is known', async () => {
    await open();
    const answer = await service?.anonymous('PUT', '/customers/2', '{', JSON_TYPE);
    expect(answer?.body.code).to.equal('unauthenticated');
  });

  it('go to paths and methods that are, or are told what is', async () => {
    const admin = await open();
    expect((await admin('GET', '/customer/2')).body).to.include({ status: 404, code: 'not-found' });
    const patch = await admin('PATCH', '/customers/2', {});
    expect(patch.status).to.equal(405);
    expect(patch.body.code).to.equal('method-not-allowed');
    expect(patch.headers.get('allow')).to.equal('GET, PUT, DELETE');
  });
});
