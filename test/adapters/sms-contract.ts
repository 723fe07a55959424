/**
 * What every SMS adapter that speaks HTTP is held to, driven against a real local server: what it asks, how it reads
 * each answer, and that neither a secret nor a number ever comes back in a code, an error or a log line.
 */
import { expect } from 'chai';
import type {
  AdapterTools,
  InboundMessage,
  Receipt,
  SendOutcome,
  SmsAdapterDefinition,
  SmsMessage,
} from '../../src/contracts/adapter.js';
import { createHttp } from '../../src/flows/http-client.js';
import { type CallbackContract, describeCallbacks } from './callback-contract.js';
import { type Answer, type Asked, closedPort, type FakeProvider, startFakeProvider } from './fake-provider.js';
import { describeLookup, type LookupContract } from './lookup-contract.js';

export const NOW = Date.UTC(2026, 0, 15, 12, 0, 0);

export const MESSAGE: SmsMessage = {
  alertId: 'alert-7f3a',
  to: '+12015550123',
  from: 'BANK',
  text: 'Withdrawal of 1 000.00 EUR. Balance 20 % lower & falling + fees.',
  encoding: 'gsm-7',
  parts: 1,
  lane: 'security',
};

/** What the provider was asked, in our words. */
export interface Submitted {
  to: string;
  from: string;
  text: string;
  /** Undefined where the provider cannot be told. */
  encoding?: 'gsm-7' | 'ucs-2';
  /** How long the provider may keep trying, in milliseconds; undefined when it was not told. */
  validityMs?: number;
  /** Where our own id of the message travels; undefined where there is no such place. */
  reference?: string;
  receiptUrl?: string;
}

export interface SmsAdapterContract<Config> {
  name: string;
  definition: SmsAdapterDefinition<Config>;
  config(baseUrl: string): Config;
  /** Values of the configuration that must never be seen again. */
  secrets: string[];
  success: { answer: Answer; providerId?: string }[];
  /** The provider's documented refusals, and the code each must give. */
  rejected: { answer: Answer; code: string; scope?: 'account' }[];
  retryable: { answer: Answer; code: string }[];
  /** An answer with `Retry-After: 7` in it; absent where the provider knows none. */
  busy?: Answer;
  /** Answers that say neither yes nor no. */
  unreadable: Answer[];
  read(asked: Asked): Submitted;
  /** The provider's smallest unit of validity, in milliseconds; absent where it cannot be told how long to try. */
  validityUnitMs?: number;
  /** Its documented bounds, in milliseconds; the least is one unit where absent. */
  validityLeastMs?: number;
  validityMostMs?: number;
  /** Settings, and where messages are processed under them. */
  processesIn?: { own: Partial<Config>; places: string[] }[];
  receipts?: CallbackContract<Receipt>;
  inbound?: CallbackContract<InboundMessage>;
  lookup?: LookupContract;
}

export function describeSmsAdapter<Config>(contract: SmsAdapterContract<Config>): void {
  describe(`the SMS adapter "${contract.name}" keeps the contract of all adapters`, () => {
    let provider: FakeProvider;
    const seen: string[] = [];
    const silence = captureConsole(seen);

    before(async () => {
      provider = await startFakeProvider();
      silence.start();
    });
    after(async () => {
      silence.stop();
      await provider.stop();
    });
    beforeEach(() => {
      provider.asked.length = 0;
    });

    const adapterAt = (baseUrl: string) =>
      contract.definition.create(contract.config(baseUrl), toolsFor({ print: (text) => seen.push(text) }));
    const send = async (message: Partial<SmsMessage> = {}, baseUrl = provider.baseUrl): Promise<SendOutcome> => {
      const outcome = await adapterAt(baseUrl).send({ ...MESSAGE, ...message });
      seen.push(JSON.stringify(outcome));
      return outcome;
    };
    const submitted = async (message: Partial<SmsMessage> = {}): Promise<Submitted> => {
      provider.behave(contract.success[0]?.answer as Answer);
      await send(message);
      expect(provider.asked).to.have.length(1);
      return contract.read(provider.asked[0] as Asked);
    };

    it('sends recipient, sender and text as they are, once', async () => {
      const { to, from, text } = await submitted();
      expect({ to, from, text }).to.deep.equal({ to: MESSAGE.to, from: MESSAGE.from, text: MESSAGE.text });
    });

    it('asks at the address of the configuration, with or without a slash at its end', async () => {
      provider.behave(contract.success[0]?.answer as Answer);
      await send({}, provider.baseUrl);
      await send({}, `${provider.baseUrl}/`);
      await send({}, `${provider.baseUrl}/behind/a/proxy`);
      const [plain, slash, behind] = provider.asked.map(({ path }) => path);
      expect(slash).to.equal(plain);
      expect(behind).to.equal(`/behind/a/proxy${plain}`);
    });

    it('says which encoding the text needs, where the provider can be told, and leaves its letters alone', async () => {
      expect((await submitted()).encoding).to.be.oneOf(['gsm-7', undefined]);
      provider.asked.length = 0;
      const { encoding, text } = await submitted({ text: 'Makse õnnestus 😀', encoding: 'ucs-2' });
      expect(encoding).to.be.oneOf(['ucs-2', undefined]);
      expect(text).to.equal('Makse õnnestus 😀');
    });

    it('lets our own id travel with the message, where there is a place for it', async () => {
      expect((await submitted()).reference).to.be.oneOf([MESSAGE.alertId, undefined]);
    });

    const { validityUnitMs: unit } = contract;
    if (unit !== undefined) {
      it('says how long to keep trying in the unit of the provider, and never longer than what is left', async () => {
        const least = contract.validityLeastMs ?? unit;
        const left = least + 5 * unit;
        expect((await submitted({ expiresAt: NOW + left })).validityMs).to.equal(left);
        provider.asked.length = 0;
        expect((await submitted({ expiresAt: NOW + left + unit - 1 })).validityMs).to.equal(left);
        provider.asked.length = 0;
        expect((await submitted({ expiresAt: NOW + 1 })).validityMs).to.equal(least);
        provider.asked.length = 0;
        expect((await submitted()).validityMs).to.equal(undefined);
      });
    }
    const { validityMostMs: most } = contract;
    if (most !== undefined) {
      it('says no more than the longest validity that the provider takes', async () => {
        expect((await submitted({ expiresAt: NOW + 2 * most })).validityMs).to.equal(most);
      });
    }
    if (unit === undefined) {
      it('says nothing of how long to keep trying: the provider cannot be told', async () => {
        expect((await submitted({ expiresAt: NOW + 60_000 })).validityMs).to.equal(undefined);
      });
    }
    for (const { own, places } of contract.processesIn ?? []) {
      it(`says that messages are processed in ${places.join(', ') || 'no other place'} with ${JSON.stringify(own)}`, () => {
        const config = { ...contract.config(provider.baseUrl), ...own };
        expect(contract.definition.processesIn(config)).to.deep.equal(places);
      });
    }

    for (const { answer, providerId } of contract.success) {
      it(`takes ${title(answer)} for accepted`, async () => {
        provider.behave(answer);
        expect(await send()).to.deep.equal({ status: 'accepted', ...(providerId && { providerId }) });
      });
    }
    for (const { answer, code, scope } of contract.rejected) {
      it(`takes ${title(answer)} for rejected, ${code}`, async () => {
        provider.behave(answer);
        expect(await send()).to.deep.equal({ status: 'rejected', code, ...(scope && { scope }) });
      });
    }
    for (const { answer, code } of contract.retryable) {
      it(`takes ${title(answer)} for retryable, ${code}`, async () => {
        provider.behave(answer);
        expect(await send()).to.deep.equal({ status: 'retryable', code });
      });
    }
    for (const answer of [...contract.unreadable, ...NONSENSE]) {
      it(`takes ${title(answer)} for unknown`, async () => {
        provider.behave(answer);
        expect((await send()).status).to.equal('unknown');
      });
    }

    const { busy } = contract;
    if (busy !== undefined) {
      it('passes on how long the provider asks to wait', async () => {
        provider.behave(busy);
        expect(await send()).to.include({ status: 'retryable', retryAfterMs: 7_000 });
        const date = new Date(NOW + 90_000).toUTCString();
        provider.behave({ ...busy, headers: { 'retry-after': date } });
        expect(await send()).to.include({ status: 'retryable', retryAfterMs: 90_000 });
      });
    }

    it('follows no redirect, and takes one for unknown', async () => {
      provider.behave({ status: 302, body: '', headers: { location: `${provider.baseUrl}/elsewhere` } });
      expect((await send()).status).to.equal('unknown');
      expect(provider.asked).to.have.length(1);
    });

    it('takes a gateway that accepts the request and says nothing for unknown', async () => {
      provider.behave(() => {});
      expect((await send()).status).to.equal('unknown');
    });

    it('takes an answer that stops in the middle for unknown', async () => {
      const body = contract.success[0]?.answer.body ?? '';
      provider.behave((response) => {
        response.writeHead(200, { 'content-length': String(body.length + 50) });
        response.write(body, () => response.destroy());
      });
      expect((await send()).status).to.equal('unknown');
    });

    it('takes a connection cut without an answer for unknown', async () => {
      provider.behave((response) => response.destroy());
      expect((await send()).status).to.equal('unknown');
    });

    it('takes a refused connection for retryable: nothing can have been sent', async () => {
      const outcome = await send({}, `http://127.0.0.1:${await closedPort()}`);
      expect(outcome.status).to.equal('retryable');
    });

    const { receipts, inbound, lookup } = contract;
    const callbacks = adapterAt('http://127.0.0.1:1');
    if (receipts !== undefined) {
      describeCallbacks('receipts', receipts, (request) => record(callbacks.receipts?.(request)), NOW);
    }
    if (inbound !== undefined) {
      describeCallbacks('messages of customers', inbound, (request) => callbacks.inbound?.(request) ?? [], NOW);
    }
    if (lookup !== undefined) {
      const { alertId, to, from, text } = MESSAGE;
      const where = { alertId, to, from, text, sentAt: NOW - 120_000 };
      describeLookup(
        lookup,
        () => provider,
        async (request, baseUrl = provider.baseUrl) => {
          const outcome = await adapterAt(baseUrl).lookup?.({ ...where, ...request });
          seen.push(JSON.stringify(outcome));
          return outcome ?? expect.fail('it has no look-up');
        },
        async () => `http://127.0.0.1:${await closedPort()}`,
      );
    }
    /** Whatever a callback holds, what is read from it is shown to people as well. */
    function record(receipts: Receipt[] = []): Receipt[] {
      for (const receipt of receipts) seen.push(JSON.stringify(receipt));
      return receipts;
    }

    // A group of its own, because groups run after the tests above and in their order.
    describe('in all of this', () => {
      it('gives only stable, lower-case codes, and shows no secret and no number anywhere', () => {
        expect(seen).not.to.be.empty;
        for (const line of seen) {
          for (const secret of [...contract.secrets, MESSAGE.to, MESSAGE.to.slice(1), MESSAGE.text]) {
            expect(line).not.to.include(secret);
          }
          const { code } = JSON.parse(line) as { code?: string };
          if (code !== undefined) expect(code).to.match(/^[a-z0-9]+(-[a-z0-9]+)*$/);
        }
      });
    });
  });
}

/** What the core lends an adapter, with a clock that stands still and an impatient HTTP client. */
export function toolsFor(own: Partial<AdapterTools> = {}): AdapterTools {
  return {
    http: createHttp({ timeoutMs: 250 }),
    now: () => NOW,
    receiptUrl: (alertId) => `https://bank.example/v1/receipts/here?alert=${alertId}&token=a%2Fb%D0`,
    print: () => {},
    receive: () => Promise.resolve(),
    ...own,
  };
}

const NONSENSE: Answer[] = [
  { status: 200, body: '<html><body>Welcome</body></html>', headers: { 'content-type': 'text/html' } },
  { status: 200, body: '' },
  { status: 502, body: 'Bad Gateway' },
  { status: 504, body: '' },
  { status: 299, body: '{"status":' },
];

function title({ status, body }: Answer): string {
  return `${status} ${JSON.stringify(body.replace(/\+?\d{9,}/g, '...')).slice(0, 60)}`;
}

/** Everything a careless adapter would log. */
function captureConsole(lines: string[]): { start(): void; stop(): void } {
  const names = ['log', 'info', 'warn', 'error', 'debug'] as const;
  const originals = names.map((name) => console[name]);
  const start = () => {
    for (const name of names) console[name] = (...parts: unknown[]) => lines.push(JSON.stringify(parts.map(String)));
  };
  const stop = () => {
    for (const [index, name] of names.entries()) console[name] = originals[index] as () => void;
  };
  return { start, stop };
}
