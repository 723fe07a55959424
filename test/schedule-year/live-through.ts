/** Lives through a world on a database and expects that nothing is wrong after it. */
import { expect } from 'chai';
import type { TestDatabase } from '../support/databases.js';
import { type Judgement, judge } from './judge.js';
import { runYear, type Year } from './run-year.js';
import type { World } from './world.js';

export async function liveThrough(
  kind: TestDatabase,
  world: World,
): Promise<Judgement & Pick<Year, 'kills' | 'ticks' | 'interrupted'>> {
  const created = await kind.create();
  try {
    const year = await runYear(kind, created, world);
    const judgement = await judge(year).finally(() => year.close());
    const { mistakes } = judgement;
    expect(mistakes.slice(0, 20), `${mistakes.length} mistakes with seed ${world.seed}`).to.deep.equal([]);
    const { kills, ticks, interrupted } = year;
    return { ...judgement, kills, ticks, interrupted };
  } finally {
    await created.drop();
  }
}
