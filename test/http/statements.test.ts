import { expect } from 'chai';
import { bai2 } from '../../adapters/sources/bai2/reader.js';
import type { ReadySource } from '../../src/flows/sources/ready-source.js';
import { bai2File, nightSource } from '../flows/statements/bai2-file.js';
import { databases } from '../support/databases.js';
import { ruleSet } from '../support/rules.js';
import { openService, type ServiceUnderTest } from './service-under-test.js';

for (const kind of databases) {
  describe(`files of entries over HTTP on ${kind.name}`, () => {
    let home: ServiceUnderTest;

    beforeEach(async () => {
      const night = { ...nightSource(), files: { reader: bai2 } };
      const sources = new Map<string, ReadySource>([
        ['night', night],
        ['core', { ...nightSource(), name: 'core' }],
      ]);
      home = await openService(kind, { source: ruleSet(), house: { sources } });
    });

    afterEach(() => home.close());

    const upload = (text: string, query = 'source=night&name=night.bai') =>
      home.as('application')('POST', `/statements?${query}`, text, { 'content-type': 'text/plain' });

    it('are answered with what became of every entry, and can be asked for', async () => {
      const { status, body } = await upload(bai2File(5, { message: 1, beyond: 2 }).text);
      expect(status, JSON.stringify(body)).to.equal(200);
      expect(body).to.deep.include({
        name: 'night.bai',
        state: 'done',
        entries: 5,
        done: 5,
        accepted: 3,
        duplicates: 0,
      });
      expect(body.ignored).to.deep.equal({ 'no-money': 1 });
      expect(body.rejected).to.deep.equal({ 'amount-too-large': 1 });
      expect((await home.as('auditor')('GET', `/statements/${body.id}`)).body).to.deep.equal(body);
      expect((await home.as('operator')('GET', '/statements')).body.items).to.deep.equal([body]);
    });

    it('change nothing when they come again', async () => {
      const { text } = bai2File(5);
      const first = await upload(text);
      expect((await upload(text, 'source=night')).body).to.deep.equal(first.body);
      expect((await home.as('operator')('GET', '/statements')).body.items).to.have.length(1);
    });

    it('give nothing where they are broken, and say why', async () => {
      const { status, body } = await upload(bai2File(5).text.replace(/99,\d+/, '99,7'));
      expect(status).to.equal(422);
      expect(body).to.include({ state: 'refused', done: 0, accepted: 0 });
      expect(body.refusal.code).to.equal('statement-totals');
    });

    it('are refused by name where no source takes them', async () => {
      const { text } = bai2File(1);
      expect(await upload(text, 'source=day')).to.deep.include({ status: 404 });
      expect((await upload(text, 'source=core')).body.code).to.equal('source-takes-no-files');
      expect((await upload(text, 'name=x')).body.code).to.equal('request-invalid');
      expect((await home.as('operator')('GET', '/statements/unknown')).body.code).to.equal('statement-unknown');
    });

    it('need a key that may bring them', async () => {
      const answer = await home.as('auditor')('POST', '/statements?source=night', bai2File(1).text, {
        'content-type': 'text/plain',
      });
      expect(answer).to.include({ status: 403 });
    });
  });
}
