import { expect } from 'chai';
import { SCHEDULES } from '../../src/core/delivery/backoff.js';
import { DEADLINES } from '../../src/core/delivery/unknown.js';
import { SEND_GATES } from '../../src/core/gates/send.js';
import { textOf } from './documents.js';

describe('docs/delivery.md', () => {
  it('tells the delays and attempts of each lane as they are', () => {
    const section = textOf('docs/delivery.md').split('\n## When it is tried again\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \| ([^|]+) \| (\d+) \|$/gm)];
    const told = Object.fromEntries(
      rows.map(([, lane = '', base = '', cap = '', attempts]) => [
        lane,
        { base: milliseconds(base), cap: milliseconds(cap), attempts: Number(attempts) },
      ]),
    );
    expect(told).to.deep.equal(SCHEDULES);
  });

  it('tells the deadline of each lane as it is', () => {
    const section = textOf('docs/delivery.md').split('\n## When nobody knows\n')[1]?.split('\n## ')[0] ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \| ([^|]+) \|$/gm)];
    expect(Object.fromEntries(rows.map(([, lane = '', time = '']) => [lane, milliseconds(time)]))).to.deep.equal(
      DEADLINES,
    );
  });

  it('asks the gates of sending that there are', () => {
    const section = textOf('docs/delivery.md').split('\n## Gates of sending\n')[1]?.split('\n## ')[0] ?? '';
    expect([...section.matchAll(/^\d+\. /gm)]).to.have.length(SEND_GATES.length);
  });
});

const UNITS: Readonly<Record<string, number>> = { s: 1_000, min: 60_000, h: 3_600_000 };

function milliseconds(text: string): number {
  const [number, unit = ''] = text.trim().split(' ');
  return Number(number) * (UNITS[unit] ?? Number.NaN);
}
