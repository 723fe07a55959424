import { rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect } from 'chai';
import type { MappingDocument } from '../../src/contracts/source.js';
import { withDefaults } from '../../src/core/sources/parameters.js';
import { type ReplayedEntry, replayAllQuarantined } from '../../src/flows/replay-quarantine.js';
import { loadAvroSchemas } from '../../src/registry/avro-schemas.js';
import { loadMapping } from '../../src/registry/sources.js';
import { getAccount } from '../../src/store/accounts.js';
import { getCustomer } from '../../src/store/customers.js';
import { listEvents } from '../../src/store/list-events.js';
import { listQuarantine, openQuarantined } from '../../src/store/quarantine.js';
import { listIgnored } from '../../src/store/source-ignored.js';
import { databases } from '../support/databases.js';
import { FINERACT_SCHEMAS, fineractBulk, fineractFolder, fineractMessage } from '../support/fineract-avro.js';
import { openSources, type SourcesUnderTest, sourceOf } from './sources-under-test.js';

const SHIPPED = loadMapping('fineract-events', '/').mapping.document;
const AVRO = { 'content-type': 'application/octet-stream' };
const TRANSACTION = 'savings.v1.SavingsAccountTransactionDataV1';
const EUR = { code: 'EUR', decimalPlaces: 2 };
const DEPOSIT = {
  ...{ id: 90210n, accountId: 17n, date: '2026-11-10', currency: EUR, amount: '950.00' },
  ...{ runningBalance: '1200.05', reversed: false },
};

for (const database of databases) {
  describe(`Fineract's external events, on ${database.name}`, () => {
    let service: SourcesUnderTest;
    let folder: string;
    let fineract: { server: Server; asked: string[] };

    /** As the configuration opens it: the mapping, and the schemas of a folder. */
    const use = (document: MappingDocument = SHIPPED, folders = [folder]) => {
      const { port } = fineract.server.address() as AddressInfo;
      const format = document.avro as NonNullable<MappingDocument['avro']>;
      const source = sourceOf(document, {
        parameters: withDefaults(document.parameters, { withdrawalKind: 'transfer' }),
        credentials: new Map([['fineract', { baseUrl: `http://127.0.0.1:${port}/api/v1`, headers: {} }]]),
        avro: { format, schemas: loadAvroSchemas(folders, format) },
      });
      service.sources.set('core', source);
    };
    const events = () => listEvents(service.database, service.database.knex, { entity: 'default', limit: 10 } as never);
    const quarantine = () => listQuarantine(service.database, service.database.knex, { limit: 10, open: true });
    const kept = async () => {
      const [entry] = await quarantine();
      const opened = await openQuarantined(service.house.vault, service.database.knex, entry?.id ?? 0);
      return JSON.parse(opened?.body.toString() ?? '{}') as { contentType: string; text?: string; base64?: string };
    };
    const replay = async () => {
      const replayed: ReplayedEntry[] = [];
      await replayAllQuarantined(service.house, (entry) => replayed.push(entry));
      return replayed.map(({ outcome }) => outcome);
    };
    const post = async (body: Buffer) => {
      const { status, body: answer } = await service.post(body, AVRO);
      return { status, ...answer };
    };

    beforeEach(async () => {
      folder = fineractFolder();
      const asked: string[] = [];
      const server = createServer((req, res) => {
        asked.push(req.url ?? '');
        res.end('{"id":7,"clientId":42}');
      });
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      fineract = { server, asked };
      service = await openSources(database, new Map([['core', sourceOf(SHIPPED)]]), { only: ['transfer-made'] });
      use();
    });
    afterEach(async () => {
      await service.close();
      fineract.server.closeAllConnections();
      await new Promise((resolve) => fineract.server.close(resolve));
      rmSync(folder, { recursive: true });
    });

    it('turns the bytes of a deposit into a posted transaction, once', async () => {
      const message = fineractMessage('SavingsDepositBusinessEvent', TRANSACTION, DEPOSIT);
      expect(await post(message)).to.include({ status: 200, accepted: 1 });
      expect(await post(message)).to.include({ status: 200, duplicates: 1 });
      const [event, ...others] = await events();
      expect(others).to.deep.equal([]);
      expect(event).to.include({ type: 'transaction.posted', source: 'fineract/default' });
      expect(event?.time).to.equal(Date.UTC(2026, 10, 10, 9, 30, 0, 123));
    });

    it('registers a client and the owner of an account', async () => {
      const client = { id: 43n, displayName: 'Mari Maasikas', mobileNo: '+12015550142' };
      await post(fineractMessage('ClientCreateBusinessEvent', 'client.v1.ClientDataV1', client));
      const account = { id: 17, clientId: 43, currency: EUR };
      const opened = fineractMessage('SavingsActivateBusinessEvent', 'savings.v1.SavingsAccountDataV1', account, {
        idempotencyKey: 'another',
      });
      expect(await post(opened)).to.include({ accepted: 1 });
      const { vault } = service.house;
      const known = await getCustomer(vault, service.database.knex, 'default', '43');
      expect(known?.document).to.include({ phone: '+12015550142', name: 'Mari Maasikas' });
      const of = await getAccount(vault, service.database.knex, 'default', '17');
      expect(of?.document.holders).to.deep.equal([{ customerId: '43', role: 'owner' }]);
    });

    it('takes back what is reversed, and never tells it as new', async () => {
      const withdrawal = (idempotencyKey: string, fields: object) =>
        fineractMessage('SavingsWithdrawalBusinessEvent', TRANSACTION, { ...DEPOSIT, ...fields }, { idempotencyKey });
      const rulesOf = async (message: Buffer) => (await post(message)).results.flatMap(({ alerts = [] }) => alerts);
      expect((await rulesOf(withdrawal('one', {}))).map(({ rule }) => rule)).to.deep.equal(['transfer-made']);
      expect(await rulesOf(withdrawal('two', { id: 90211n, reversed: true }))).to.deep.equal([]);
      const reversal = { id: 90212n, isReversal: true, originalTransactionId: '90210' };
      expect(await rulesOf(withdrawal('three', reversal))).to.deep.equal([]);
      const types = (await events()).map(({ type }) => type).sort();
      expect(types).to.deep.equal(['transaction.posted', 'transaction.reversed', 'transaction.reversed']);
    });

    it('takes a bulk apart, and asks Fineract once who borrowed', async () => {
      const due = {
        ...{ loanId: 7n, currency: EUR },
        installment: { installmentNumber: 3, installmentDueDate: '2026-11-28', totalAmountDue: '120.50' },
      };
      const paid = { id: 501n, loanId: 7n, currency: EUR, amount: '20.00' };
      const bulk = fineractBulk([
        { type: 'LoanRepaymentDueBusinessEvent', schema: 'loan.v1.LoanRepaymentDueDataV1', data: due },
        { type: 'LoanTransactionMakeRepaymentPostBusinessEvent', schema: 'loan.v1.LoanTransactionDataV1', data: paid },
        { type: 'LoanBalanceChangedBusinessEvent', schema: 'loan.v1.LoanAccountDataV1', data: { id: 7n } },
      ]);
      expect(await post(bulk)).to.include({ accepted: 2, ignored: 1, rejected: 0 });
      expect((await events()).map(({ type }) => type).sort()).to.deep.equal(['loan.instalment-due', 'loan.paid']);
      expect(fineract.asked).to.deep.equal(['/api/v1/loans/7?fields=id,clientId']);
      const ignored = await listIgnored(service.database, service.database.knex, 'core');
      expect(ignored.map(({ reason }) => reason)).to.deep.equal(['other-event']);
    });

    it('keeps what no case takes as its JSON, without card data, and takes it once the mapping is mended', async () => {
      const [first, ...rest] = SHIPPED.cases;
      const narrow = {
        ...SHIPPED,
        cases: [first as never, ...rest.filter(({ name }) => /^(account|loan)-/.test(name))],
      };
      use(narrow);
      const note = 'paid with 4111 1111 1111 1111';
      const message = fineractMessage('SavingsDepositBusinessEvent', TRANSACTION, { ...DEPOSIT, note });
      expect(await post(message)).to.include({ status: 200, rejected: 1 });
      expect((await quarantine()).map(({ code }) => code)).to.deep.equal(['mapping-no-case']);
      const { contentType, text } = await kept();
      expect(contentType).to.equal('application/json');
      expect(text).to.include('"amount":950.00000000').and.include('**** 1111').and.not.include('4111');
      expect(await replay()).to.deep.equal(['mapping-no-case']);
      use();
      expect(await replay()).to.deep.equal(['accepted']);
      expect(await quarantine()).to.deep.equal([]);
      expect(await post(message), 'it is the same event').to.include({ duplicates: 1 });
    });

    it('keeps the bytes of what another version of a schema wrote, and takes them once it is there', async () => {
      const older = FINERACT_SCHEMAS.map((schema) =>
        schema.name === 'SavingsAccountTransactionDataV1' ? { ...schema, fields: schema.fields.slice(0, -2) } : schema,
      );
      const before = fineractFolder(older);
      use(SHIPPED, [before]);
      const message = fineractMessage('SavingsDepositBusinessEvent', TRANSACTION, DEPOSIT);
      expect(await post(message)).to.include({ status: 200, rejected: 1 });
      expect((await quarantine()).map(({ code }) => code)).to.deep.equal(['mapping-schema']);
      expect((await kept()).base64).to.equal(message.toString('base64'));
      use(SHIPPED, [before, folder]);
      expect(await replay()).to.deep.equal(['accepted']);
      rmSync(before, { recursive: true });
    });

    it('quarantines forged bytes, in which nothing of a card is left', async () => {
      const forged = Buffer.concat([
        fineractMessage('SavingsDepositBusinessEvent', TRANSACTION, { ...DEPOSIT, note: 'card 4111111111111111' }),
        Buffer.from([0xff]),
      ]);
      expect(await post(forged)).to.include({ status: 200, rejected: 1 });
      expect(await events()).to.deep.equal([]);
      expect((await quarantine()).map(({ code }) => code)).to.deep.equal(['mapping-body']);
      expect(Buffer.from((await kept()).base64 ?? '', 'base64').toString('latin1')).to.not.include('4111111111111111');
      expect(await replay()).to.deep.equal(['mapping-body']);
    });
  });
}
