/** The SMPP adapter inside the service: its connection opens with it, carries an alert and its receipt, and closes with it. */
import { expect } from 'chai';
import { type AppUnderTest, event, GATEWAY_PASSWORD, openApp, PHONE } from '../bad-input/app-under-test.js';
import { databases } from '../support/databases.js';
import { waitFor } from '../support/wait-for.js';
import { closedPort } from './fake-provider.js';
import { type Operator, startOperator } from './smpp-operator.js';

describe('the service with the SMPP adapter', () => {
  let operator: Operator;
  let app: AppUnderTest | undefined;

  beforeEach(async () => {
    operator = await startOperator();
    app = undefined;
  });
  afterEach(async () => {
    await app?.close();
    await operator.stop();
  });

  const start = async (port: number) => {
    const adapter = { use: 'smpp', host: '127.0.0.1', port, systemId: 'bank', password: GATEWAY_PASSWORD };
    const [kind] = databases;
    if (kind === undefined) throw new Error('no database');
    app = await openApp(kind, {
      config: {
        sms: { senders: { default: 'BANK' }, adapters: [{ ...adapter, reconnectMs: 20, reconnectMaxMs: 50 }] },
      },
    });
    return app;
  };

  it('binds at start, delivers an alert, takes its receipt, and unbinds at the end', async () => {
    const { register, send, settled } = await start(operator.port);
    await waitFor(() => operator.binds.length > 0, { what: 'the bind' });
    await register('7');
    const { body } = await send(event());
    const alertId = body.results[0].alerts[0].id;
    await settled(alertId, 'accepted');
    expect(operator.submits[0]).to.include({ destination_addr: PHONE.slice(1), source_addr: 'BANK' });
    const status = await operator.deliver({
      source_addr: PHONE.slice(1),
      esm_class: 4,
      short_message: Buffer.from(
        'id:1 sub:001 dlvrd:001 submit date:2601151200 done date:2601151201 stat:DELIVRD err:000',
      ),
    });
    expect(status).to.equal(0);
    await settled(alertId, 'delivered');
    await app?.close();
    app = undefined;
    expect(operator.unbinds).to.equal(1);
  });

  it('starts while the SMSC is away, says so, and binds when it is there', async () => {
    const port = await closedPort();
    const { log } = await start(port);
    const warning = await waitFor(() => log.find((line) => line.includes('no connection yet')), { what: 'a warning' });
    expect(JSON.parse(warning)).to.include({ level: 'warn', adapter: 'smpp', error: 'connection-refused' });
    await operator.stop();
    operator = await startOperator({ port });
    await waitFor(() => operator.binds.length > 0, { what: 'the bind' });
  });
});
