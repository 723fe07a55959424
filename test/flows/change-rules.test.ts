import { expect } from 'chai';
import type { LedgerbellError } from '../../src/contracts/errors.js';
import { activateAutomatically, approveRules, findActiveRules, proposeRules } from '../../src/flows/change-rules.js';
import { listAudit } from '../../src/store/audit.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { debitFrom, ruleSet } from '../support/rules.js';

const FIRST = ruleSet({ name: 'large', conditions: debitFrom('100') });
const SECOND = ruleSet({ name: 'large', conditions: debitFrom('200') });
const MANUAL = { mode: 'manual' as const, approvals: 2 };

for (const database of databases) {
  describe(`changing rules on ${database.name}`, () => {
    let home: HouseUnderTest;

    beforeEach(async () => {
      home = await openHouse(database, { source: FIRST });
    });

    afterEach(() => home.close());

    async function actions(): Promise<string[]> {
      const entries = await listAudit(home.database, home.database.knex, { limit: 20 });
      return entries.map(({ actor, action }) => `${actor} ${action}`);
    }

    async function codeOf(work: Promise<unknown>): Promise<string> {
      return work.then(
        () => 'no error',
        (error) => (error as LedgerbellError).code,
      );
    }

    it('semantics line twenty-seven: the default activates on its own, once, and says so in the audit', async () => {
      expect(await activateAutomatically(home.database, FIRST, NOW)).to.include({ changed: true });
      expect(await activateAutomatically(home.database, FIRST, NOW)).to.include({ changed: false });
      expect(await actions()).to.deep.equal(['service rules-proposed', 'service rules-activated']);
    });

    it('semantics line twenty-seven: in production a second person has to approve the same content', async () => {
      const id = await proposeRules(home.database, SECOND, 'alice', NOW);
      const approve = (by: string) => approveRules(home.database, MANUAL, { id, by, at: NOW });
      expect(await approve('alice')).to.deep.equal({ id, state: 'proposed', missing: 1 });
      expect(await findActiveRules(home.database, undefined)).to.equal(undefined);
      expect(await codeOf(approve('alice'))).to.equal('already-approved');
      expect(await approve('bob')).to.deep.equal({ id, state: 'active', missing: 0 });
      expect((await findActiveRules(home.database, undefined))?.source).to.deep.equal(SECOND);
      expect(await actions()).to.deep.equal(['alice rules-proposed', 'alice rules-approved', 'bob rules-activated']);
    });

    it('semantics line twenty-seven: going back to a former set is a new decision', async () => {
      await activateAutomatically(home.database, FIRST, NOW);
      await activateAutomatically(home.database, SECOND, NOW);
      const { id } = await activateAutomatically(home.database, SECOND, NOW);
      const former = await proposeRules(home.database, FIRST, 'alice', NOW);
      const approve = (by: string) => approveRules(home.database, MANUAL, { id: former, by, at: NOW });
      expect((await approve('alice')).missing).to.equal(1);
      expect((await findActiveRules(home.database, undefined))?.id).to.equal(id);
      expect((await approve('bob')).missing).to.equal(0);
      expect((await findActiveRules(home.database, undefined))?.id).to.equal(former);
    });

    it('refuses what was never proposed', async () => {
      const approval = { id: 'nothing', by: 'alice', at: NOW };
      expect(await codeOf(approveRules(home.database, MANUAL, approval))).to.equal('rule-set-unknown');
    });
  });
}
