/** Lives through a week on a database and expects that nothing is wrong after it. */
import { expect } from 'chai';
import type { TestDatabase } from '../support/databases.js';
import { type Judgement, judge } from './judge.js';
import type { Plan } from './plan.js';
import { runWeek, type Week } from './run-week.js';

export async function liveThrough(kind: TestDatabase, plan: Plan): Promise<{ week: Week; judgement: Judgement }> {
  const created = await kind.create();
  try {
    const week = await runWeek(created, plan);
    const judgement = await judge(week).finally(() => week.house.close());
    const { mistakes } = judgement;
    expect(mistakes.slice(0, 20), `${mistakes.length} mistakes with seed ${plan.seed}`).to.deep.equal([]);
    expect(week.kills, 'kills').to.have.length(plan.kills);
    return { week, judgement };
  } finally {
    await created.drop();
  }
}
