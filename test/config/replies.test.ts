import { expect } from 'chai';
import { parseConfig } from '../../src/config/load-config.js';
import { KEY } from './config-under-test.js';

const parse = (own: object) =>
  parseConfig(
    {
      encryption: { keys: [{ id: 'a', key: KEY }] },
      ingest: { signature: { secrets: ['a secret of sixteen characters'] } },
      ...own,
    },
    { folder: '/etc', env: {} },
  );
const mistakes = (own: object): string => {
  try {
    parse(own);
    return '';
  } catch (error) {
    return (error as Error).message;
  }
};
const endpoint = { name: 'desk', url: 'https://desk.bank.example/', secrets: ['a secret of sixteen characters'] };

describe('the configuration of replies and of webhooks to the bank', () => {
  it('has defaults that tell nobody and change no policy', () => {
    const { webhooks, replies } = parse({});
    expect(webhooks).to.deep.equal({ endpoints: [] });
    expect(replies).to.deep.equal({ name: 'Your bank', contact: {}, answeredByProvider: [], policies: {} });
  });

  it('takes policies by country, and refuses what is none', () => {
    const policies = { EE: { stopCovers: 'opt-out', words: { stop: ['LOPETA'] } }, default: { confirm: false } };
    expect(parse({ replies: { policies } }).replies.policies).to.deep.equal(policies);
    for (const wrong of [
      { Estonia: {} },
      { EE: { stopCovers: 'everything' } },
      { EE: { words: { maybe: ['PERHAPS'] } } },
      { EE: { confirms: true } },
    ]) {
      expect(mistakes({ replies: { policies: wrong } }), JSON.stringify(wrong)).to.include('replies.policies');
    }
  });

  it('refuses endpoints without a secret, of one name, or with a secret that is none, and shows no secret', () => {
    const of = (...endpoints: object[]) => ({ webhooks: { endpoints } });
    expect(mistakes(of({ ...endpoint, secrets: [] }))).to.include('secrets');
    expect(mistakes(of(endpoint, endpoint))).to.include('webhooks.endpoints[1].name');
    expect(mistakes(of({ ...endpoint, url: 'ftp://x' }))).to.include('webhooks.endpoints[0].url');
    expect(mistakes(of({ ...endpoint, types: ['alert.everything'] }))).to.include('webhooks.endpoints[0].types');
    const malformed = mistakes(of({ ...endpoint, secrets: ['whsec_this is no base64!'] }));
    expect(malformed).to.include('webhooks.endpoints[0].secrets[0]').and.not.include('this is no base64');
    const bankWebhook = { url: 'https://bank.example/', secret: 'a secret of sixteen characters' };
    expect(mistakes({ bankWebhook, ...of({ ...endpoint, name: 'bank' }) })).to.include('webhooks.endpoints[0].name');
  });
});
