/** A platform that adds words to the address, posts forms, and reads the body of the answer instead of its status. */
import { expect } from 'chai';
import { type AppUnderTest, openApp } from '../bad-input/app-under-test.js';
import { sqlite } from '../support/databases.js';

const PASSWORD = 'the password of a platform, 1!';
const user = { id: 'platform', username: 'ledgerbell', password: PASSWORD, types: ['transaction.*', 'account.*'] };

describe('Galileo, through the whole application', () => {
  let home: AppUnderTest;

  before(async () => {
    home = await openApp(sqlite, {
      config: { sources: { galileo: { mapping: 'galileo', signature: { users: [user] } } } },
    });
  });

  after(() => home.close());

  const post = (path: string, fields: Record<string, string>, password = PASSWORD): Promise<Response> =>
    fetch(`${home.url}/v1/sources/galileo/events${path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `Basic ${Buffer.from(`ledgerbell:${password}`).toString('base64')}`,
      },
      body: new URLSearchParams(fields).toString(),
    });

  const settlement = {
    type: 'setl',
    amount: '10.75',
    auth_id: '7',
    network: 'V',
    pmt_ref_no: '155200000001',
    mcc: '5712',
  };

  it('is told by the body that its event was taken, at any of its addresses', async () => {
    for (const path of ['/Settlement', '/Transaction', '', '/']) {
      const answer = await post(path, { ...settlement, timestamp: '2026-11-20 11:20:33 MST' });
      expect([answer.status, await answer.text()], path).to.deep.equal([200, '{"success_code":"0"}']);
    }
  });

  it('is told by the body that an event is wrong, and need not come again', async () => {
    const answer = await post('/Settlement', { ...settlement, amount: 'ten', timestamp: '2026-11-20 11:20:33 MST' });
    expect([answer.status, await answer.text()]).to.deep.equal([200, '{"success_code":"1"}']);
  });

  it('is not believed with another password', async () => {
    expect((await post('/Settlement', settlement, 'another')).status).to.equal(401);
  });
});
