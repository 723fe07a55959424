/** How long a one-time code takes to its provider while a campaign leaves through the same one. */
import { setTimeout as pause } from 'node:timers/promises';
import { requestChallenge } from '../../src/flows/challenges/request-challenge.js';
import { createDatabase, type Kind, kinds } from '../harness/databases.js';
import { bySize, type Size } from '../harness/settings.js';
import { quantile } from '../harness/statistics.js';
import { amount, printTable } from '../harness/table.js';
import { startWorker, type Worker } from '../harness/worker.js';
import { queueCampaign, registerCustomers } from './campaign.js';
import { type CodeHouse, openCodeHouse } from './house.js';
import type { Arrivals } from './provider.js';

const EVERY_MS = 200;
const ANSWER_MS = 20;
/** Milliseconds at p99, from the commit to the provider. */
const TARGET = 500;
/** Numbers of those who wait for codes. */
const WATCHED = '+1202555';

interface Plan {
  messages: number;
  codes: number;
}

export async function otp({ size }: { size: Size }): Promise<void> {
  const plan: Plan = {
    messages: bySize(size, { quick: 20_000, usual: 100_000, full: 1_000_000 }),
    codes: bySize(size, { quick: 20, usual: 150, full: 600 }),
  };
  const rows: string[][] = [];
  for (const kind of kinds()) rows.push(await onDatabase(kind, plan));
  printTable({
    title: `A code every ${EVERY_MS} ms while ${amount(plan.messages)} marketing messages leave, milliseconds`,
    notes: [
      `One provider behind HTTP, which answers after ${ANSWER_MS} ms; the target is p99 below ${TARGET} ms from the commit.`,
    ],
    columns: ['', 'marketing messages/s', 'codes', 'commit to provider: p50', 'p99', 'max', 'request to provider: p99'],
    rows,
  });
}

async function onDatabase(kind: Kind, plan: Plan): Promise<string[]> {
  const bench = await createDatabase(kind, 'otp');
  const provider = await startWorker(new URL('./provider.js', import.meta.url), {
    watched: WATCHED,
    answerMs: ANSWER_MS,
  });
  const open = await openCodeHouse(bench, provider.ready as number);
  await registerCustomers(open.house.vault, 'waiting', plan.codes, phoneOf);
  await queueCampaign(open.house.vault, plan.messages);
  open.courier.start();
  // The campaign fills its places first.
  await pause(2_000);
  const before = await provider.ask<Arrivals>('arrivals');
  const began = performance.now();
  const raised = await raiseCodes(open, plan.codes);
  const seconds = (performance.now() - began) / 1000;
  const after = await everyArrival(provider, plan.codes);
  if (after.messages - plan.codes >= plan.messages) throw new Error('the campaign ended before the codes did');
  await open.close();
  await provider.stop();
  await bench.drop();
  const taken = raised.map(({ phone, askedAt, committedAt }) => {
    const at = after.watched[phone]?.[0] ?? Number.NaN;
    return { sinceCommit: Math.max(0, at - committedAt), sinceRequest: at - askedAt };
  });
  const sinceCommit = taken.map((one) => one.sinceCommit);
  const told = [0.5, 0.99, 1].map((at) => quantile(sinceCommit, at).toFixed(1));
  const requestP99 = quantile(
    taken.map((one) => one.sinceRequest),
    0.99,
  ).toFixed(1);
  return [
    kind,
    amount(Math.round((after.messages - before.messages) / seconds)),
    String(plan.codes),
    ...told,
    requestP99,
  ];
}

interface Raised {
  phone: string;
  /** Epoch milliseconds. */
  askedAt: number;
  committedAt: number;
}

/** By the clock, whatever became of the one before. */
async function raiseCodes({ house }: CodeHouse, count: number): Promise<Raised[]> {
  const asked: Promise<Raised>[] = [];
  for (let number = 0; number < count; number++) {
    asked.push(raise(house, number));
    await pause(EVERY_MS);
  }
  return Promise.all(asked);
}

async function raise(house: CodeHouse['house'], number: number): Promise<Raised> {
  const askedAt = wallClock();
  await requestChallenge(house, {
    entity: 'default',
    document: { customerId: `waiting${number}`, purpose: 'sign-in' },
  });
  return { phone: phoneOf(number), askedAt, committedAt: wallClock() };
}

/** Those of the last codes too. */
async function everyArrival(provider: Worker, codes: number): Promise<Arrivals> {
  for (let attempt = 0; attempt < 100; attempt++) {
    const arrivals = await provider.ask<Arrivals>('arrivals');
    if (Object.keys(arrivals.watched).length >= codes) return arrivals;
    await pause(100);
  }
  throw new Error('a code did not arrive within ten seconds');
}

function phoneOf(number: number): string {
  return `${WATCHED}${String(number).padStart(4, '0')}`;
}

function wallClock(): number {
  return performance.timeOrigin + performance.now();
}
