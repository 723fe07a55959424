import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { Registry } from 'prom-client';
import { createPlugin } from '../../src/index.js';
import { databases } from '../support/databases.js';
import { figuresOf } from './exposition.js';

const silent = { debug() {}, info() {}, warn() {}, error() {} };

for (const database of databases) {
  describe(`a host with a registry of its own, on ${database.name}`, () => {
    it('finds what its plugin did in it, until the plugin stops', async () => {
      const { config, drop } = await database.create();
      const folder = mkdtempSync(join(tmpdir(), 'ledgerbell-figures-'));
      const metrics = new Registry();
      const encryption = { keys: [{ id: 'k', key: 'e'.repeat(64) }] };
      const plugin = await createPlugin({
        knex: config,
        folder,
        metrics,
        logger: silent,
        config: { encryption },
        env: {},
      });
      try {
        expect(metrics.getMetricsAsArray(), 'before it starts').to.deep.equal([]);
        await plugin.start();
        const time = new Date().toISOString();
        const event = { specversion: '1.0', id: 'e1', source: 'core', type: 'account.opened', time } as const;
        await plugin.process([
          { ...event, data: { accountId: '7' } },
          { ...event, id: 'e2', data: {} },
        ]);
        const text = await metrics.metrics();
        expect(figuresOf(text, 'ledgerbell_events_total')).to.deep.equal({
          'ledgerbell_events_total{status="accepted"}': 1,
          'ledgerbell_events_total{status="rejected"}': 1,
        });
        expect(text).not.to.include('process_cpu');
      } finally {
        await plugin.stop();
        await drop();
        rmSync(folder, { recursive: true, force: true });
      }
      expect(metrics.getMetricsAsArray()).to.deep.equal([]);
    });
  });
}
