/** What a host may rely on: the plugin says when it is mounted wrongly, shares a database, and touches nothing of the process. */
import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect } from 'chai';
import { type CreatedDatabase, databases } from '../support/databases.js';
import { startBank } from './bank-process.js';
import { createHost, type Host, packedPackage } from './packed-host.js';

const run = promisify(execFile);
const EVENT = { specversion: '1.0', id: 'e1', source: 'core', type: 'account.opened', data: { accountId: '7' } };

for (const database of databases) {
  describe(`a host of the packed package on ${database.name}`, () => {
    let created: CreatedDatabase;
    let host: Host;

    before(async () => {
      await packedPackage();
      created = await database.create();
      host = await createHost({
        files: ['test/host/fixtures/late-mount.js', 'test/host/fixtures/two-plugins.js'],
        dependencies: ['express', 'knex', 'better-sqlite3', 'mysql2'],
      });
    });

    after(async () => {
      await created?.drop();
      host?.remove();
    });

    it('is told when its body parser ate the bytes: in the answer, in the log, and with the page that helps', async () => {
      const bank = await startBank(host, created.config, 'late-mount.js');
      try {
        const event = { ...EVENT, time: new Date().toISOString() };
        const { status, body } = await bank.send(event, { contentType: 'application/json' });
        expect([status, body.code]).to.deep.equal([500, 'raw-body-consumed']);
        const page = /docs\/[\w-]+\.md/.exec(body.detail)?.[0] ?? 'no page';
        expect(existsSync(join(host.installed, page)), `${page} is in the package`).to.equal(true);
        expect(readFileSync(join(host.installed, page), 'utf8')).to.include('raw-body-consumed');

        const said = bank.log().find(({ code }) => code === 'raw-body-consumed');
        expect(said?.level).to.equal('error');
        expect(JSON.stringify(said)).to.include(page);

        // What the host's parser leaves alone is still verified and taken.
        expect((await bank.send(event)).status).to.equal(200);
      } finally {
        expect(await bank.close()).to.equal(0);
      }
    });

    it('may hold two plugins under prefixes of their own; its process and its Knex instance stay its own', async () => {
      const { stdout } = await run(process.execPath, ['two-plugins.js'], {
        cwd: host.folder,
        env: { PATH: process.env.PATH, BANK_DATABASE: JSON.stringify(created.config) },
        timeout: 120_000,
      });
      const said = JSON.parse(stdout.trim().split('\n').at(-1) ?? '{}');
      expect(said.results).to.deep.equal(['accepted', 'duplicate', 'accepted']);
      expect(said.events).to.equal(1);
      expect(said.during, 'handlers of the process while it runs').to.deep.equal(said.before);
      expect(said.after, 'handlers of the process afterwards').to.deep.equal(said.before);
      expect(said.manifest).to.deep.equal(['ledgerbell', true]);
    });
  });
}
