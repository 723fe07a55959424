import { expect } from 'chai';
import { CONFIG_SCHEMA } from '../../src/config/check-schema.js';
import { WEBHOOK_TYPES } from '../../src/contracts/webhook.js';
import { REPLY_WORDS, replyPolicy, withOverrides } from '../../src/core/replies/policy.js';
import { readReply } from '../../src/core/replies/read-reply.js';
import { WEBHOOK_ATTEMPTS, webhookRetryAt } from '../../src/core/webhooks/retry.js';
import { rowsBelow, textOf } from './documents.js';

describe('docs/replies.md', () => {
  it('names words that mean what it says, for an Estonian number', () => {
    const section = textOf('docs/replies.md').split('## The words')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| (stop|take it back|help|it was me|it was not) \| ([^|]+) \| ([^|]+) \|$/gm)];
    expect(rows).to.have.length(REPLY_WORDS.length);
    const meanings: Record<string, string> = { 'take it back': 'start', 'it was me': 'yes', 'it was not': 'no' };
    const policy = replyPolicy(withOverrides(), 'EE');
    for (const [, meaning = '', english = '', estonian = ''] of rows) {
      for (const word of `${english}, ${estonian}`.split(', ')) {
        expect(readReply(word, policy), word).to.equal(meanings[meaning] ?? meaning);
      }
    }
  });
});

describe('docs/webhooks-out.md', () => {
  const text = textOf('docs/webhooks-out.md');

  it('tells of every type, as the configuration does', () => {
    expect(rowsBelow(text, 'What is told')).to.deep.equal([...WEBHOOK_TYPES]);
    expect(JSON.stringify(CONFIG_SCHEMA)).to.include(JSON.stringify({ enum: WEBHOOK_TYPES }));
  });

  it('tells the waits between attempts as they are', () => {
    const told = /about a day: after ([^.]+?), each/.exec(text)?.[1] ?? '';
    const waits = [...told.matchAll(/(\d+) (s|min|h)/g)].map(
      ([, number, unit = '']) => Number(number) * (UNITS[unit] ?? 0),
    );
    expect(waits).to.have.length(WEBHOOK_ATTEMPTS - 1);
    waits.forEach((wait, index) => {
      const real = webhookRetryAt({ attempt: index + 1, now: 0, random: 0.5 }) ?? 0;
      expect(Math.abs(real - wait) / real, `wait ${index + 1}`).to.be.below(0.07);
    });
  });
});

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };
