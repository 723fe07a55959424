/** What every adapter that can ask about a message must keep: it says what the provider says, is unsure in doubt, and never throws. */
import { expect } from 'chai';
import type { LookupOutcome, LookupRequest } from '../../src/contracts/adapter.js';
import type { Answer, Asked, Behaviour, FakeProvider } from './fake-provider.js';

export interface LookupContract {
  /** What is asked for; `to`, `from` and a time before now are filled in. */
  request?: Partial<LookupRequest>;
  /** What the provider answers, and what it means: each state, and absence where the provider can be sure of it. */
  answers: { title: string; answer: Answer; outcome: LookupOutcome; request?: Partial<LookupRequest> }[];
  /** Answers from which nothing can be told, beyond those that are tried with every adapter. */
  unclear?: Answer[];
  /** The request as the provider documents it. */
  asks(asked: Asked): void;
}

const NONSENSE: Behaviour[] = [
  { status: 200, body: '<html><body>Welcome</body></html>' },
  { status: 200, body: '' },
  { status: 200, body: '{' },
  { status: 200, body: 'null' },
  { status: 200, body: '[]' },
  { status: 200, body: '{}' },
  { status: 401, body: '' },
  { status: 429, body: '' },
  { status: 500, body: 'Internal error' },
  { status: 503, body: '' },
  { status: 302, body: '', headers: { location: '/elsewhere' } },
  () => {},
  (response) => response.destroy(),
];

export function describeLookup(
  contract: LookupContract,
  provider: () => FakeProvider,
  lookup: (request: Partial<LookupRequest>, baseUrl?: string) => Promise<LookupOutcome>,
  nowhere: () => Promise<string>,
): void {
  describe('asked what became of a message', () => {
    const ask = (request?: Partial<LookupRequest>) => lookup({ ...contract.request, ...request });

    for (const { title, answer, outcome, request } of contract.answers) {
      it(`says ${outcome.status}${outcome.status === 'found' ? `, ${outcome.state}` : ''}: ${title}`, async () => {
        provider().behave(answer);
        expect(await ask(request)).to.deep.equal(outcome);
      });
    }

    it('asks as the provider documents it', async () => {
      provider().behave((contract.answers[0] as { answer: Answer }).answer);
      await ask(contract.answers[0]?.request);
      expect(provider().asked).to.have.length(1);
      contract.asks(provider().asked[0] as Asked);
    });

    for (const behaviour of [...(contract.unclear ?? []), ...NONSENSE]) {
      const title = typeof behaviour === 'function' ? 'no answer' : `${behaviour.status} ${behaviour.body}`;
      it(`is unsure after ${title.replace(/\+?\d{9,}/g, '...').slice(0, 70)}`, async () => {
        provider().behave(behaviour);
        expect(await ask()).to.have.property('status', 'unclear');
      });
    }

    it('is unsure where the provider cannot be reached', async () => {
      expect(await lookup({ ...contract.request }, await nowhere())).to.have.property('status', 'unclear');
    });
  });
}
