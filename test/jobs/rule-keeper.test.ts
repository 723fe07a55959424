import { cpSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'chai';
import { approveRules } from '../../src/flows/change-rules.js';
import { openRuleKeeper, type RuleKeeper, type RuleKeeperOptions } from '../../src/jobs/rule-keeper.js';
import { databases } from '../support/databases.js';
import { type HouseUnderTest, NOW, openHouse } from '../support/house.js';
import { debitFrom, ruleSet } from '../support/rules.js';
import { waitFor } from '../support/wait-for.js';

for (const database of databases) {
  describe(`keeping the rules on ${database.name}`, () => {
    let home: HouseUnderTest;
    let folder: string;
    let keeper: RuleKeeper | undefined;

    beforeEach(async () => {
      home = await openHouse(database, { source: ruleSet({ name: 'large', conditions: debitFrom('100') }) });
      folder = mkdtempSync(join(tmpdir(), 'ledgerbell-rules-'));
      cpSync('rules', folder, { recursive: true });
    });

    afterEach(async () => {
      await keeper?.close();
      keeper = undefined;
      rmSync(folder, { recursive: true });
      await home.close();
    });

    async function open(options: Partial<RuleKeeperOptions> = {}): Promise<RuleKeeper> {
      keeper = await openRuleKeeper({
        database: home.database,
        directories: [folder],
        activation: { mode: 'automatic', approvals: 1 },
        log: home.house.log,
        now: () => NOW,
        settleMs: 20,
        pollMs: 50,
        ...options,
      });
      return keeper;
    }

    function change(edit: (text: string) => string): void {
      const file = join(folder, 'large-withdrawal', 'rule.json');
      writeFileSync(file, edit(readFileSync(file, 'utf8')));
    }

    it('takes a change of the files while it runs', async () => {
      const rules = await open();
      const before = rules.current().id;
      rules.watch();
      change((text) => text.replace(/"description": "[^"]*"/, '"description": "Changed while running"'));
      await waitFor(() => rules.current().id !== before, { what: 'the new rule set' });
      const [large] = rules.current().rules.filter(({ name }) => name === 'large-withdrawal');
      expect(large?.document.description).to.equal('Changed while running');
    });

    it('keeps the last good set while a file is broken, says so, and goes on when it is mended', async () => {
      const rules = await open();
      const before = rules.current().id;
      const good = readFileSync(join(folder, 'large-withdrawal', 'rule.json'), 'utf8');
      for (const broken of ['{ "name": ', good.replace('"conditions"', '"conditons"'), '{}']) {
        change(() => broken);
        await rules.reload();
        expect(rules.current().id).to.equal(before);
        expect(rules.fault()?.code).to.equal('rules-invalid');
        expect(rules.fault()?.message).to.contain('large-withdrawal');
      }
      change(() => good);
      await rules.reload();
      expect(rules.fault()).to.equal(undefined);
      expect(rules.current().id).to.equal(before);
    });

    it('starts on the set that ran before, where the files are broken', async () => {
      const first = await open();
      const before = first.current().id;
      await first.close();
      change(() => '{');
      const second = await open();
      expect(second.current().id).to.equal(before);
      expect(second.fault()?.code).to.equal('rules-invalid');
    });

    it('takes no change of the files for a command that only looks', async () => {
      const first = await open();
      const before = first.current().id;
      await first.close();
      change((text) => text.replace(/"description": "[^"]*"/, '"description": "Changed meanwhile"'));
      expect((await open({ followOnly: true })).current().id).to.equal(before);
    });

    it('semantics line twenty-seven: in the manual mode files are proposals, and an approval elsewhere is followed', async () => {
      const manual = { mode: 'manual' as const, approvals: 1 };
      const refused = await open({ activation: manual }).then(
        () => 'opened',
        (error) => error.code,
      );
      expect(refused).to.equal('no-active-rules');
      const [proposed] = await home.database.knex(home.database.table('rule_sets')).select('id');
      await approveRules(home.database, manual, { id: proposed.id, by: 'alice', at: NOW });
      const rules = await open({ activation: manual });
      expect(rules.current().id).to.equal(proposed.id);
    });
  });
}
