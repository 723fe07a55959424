/**
 * The stack one would write by hand: Express, json-rules-engine as its README shows it, and one Knex transaction an event
 * with the event, the account's state and the alerts.
 */
import type { AddressInfo } from 'node:net';
import express from 'express';
import { Engine } from 'json-rules-engine';
import knexModule, { type Knex } from 'knex';
import type { CloudEvent } from '../../src/contracts/event.js';
import { toCondition } from '../evaluation/json-rules-engine.js';
import { answer } from '../harness/worker.js';
import { ingestionRules } from '../world/ingestion.js';
import { answerBody, type Decided, readEvents } from './bare-handler.js';

answer<{ database: Knex.Config; rules: number }>(async ({ database, rules }) => {
  const knex = knexModule(withDurability(database));
  await createTables(knex);
  const engine = new Engine([], { allowUndefinedFacts: true });
  for (const rule of ingestionRules(rules)) {
    const isType = { fact: 'type', operator: 'equal', value: rule.type };
    engine.addRule({
      conditions: { all: [isType, ...rule.conditions.all.map((child) => toCondition(child, rule, false))] },
      event: { type: rule.name },
    });
  }
  const app = express();
  app.post('/v1/events', express.raw({ type: () => true, limit: '4mb' }), async (req, res) => {
    const decided: Decided[] = [];
    for (const event of readEvents(req.headers, req.body)) decided.push(await decide(knex, engine, event));
    res.type('json').send(answerBody(decided));
  });
  const server = await new Promise<ReturnType<typeof app.listen>>((listening) => {
    const made = app.listen(0, '127.0.0.1', () => listening(made));
  });
  return { ready: (server.address() as AddressInfo).port, answers: {} };
});

async function decide(knex: Knex, engine: Engine, event: CloudEvent): Promise<Decided> {
  const { data } = event;
  const transaction = { ...data, amount: minor(data.amount), balanceAfter: minor(data.balanceAfter) };
  const { events } = await engine.run({ type: event.type, transaction });
  const alerts = events.map(({ type }) => type);
  await retried(() => knex.transaction((trx) => store(trx, event, alerts)));
  return { id: event.id, alerts };
}

/** One row a transaction and still deadlocks: two new accounts share a gap between keys. */
async function retried(work: () => Promise<void>): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    try {
      await work();
      return;
    } catch (error) {
      if ((error as { errno?: number }).errno !== 1213 || attempt === 10) throw error;
    }
  }
}

async function store(trx: Knex.Transaction, event: CloudEvent, alerts: readonly string[]): Promise<void> {
  const account = String(event.data.accountId);
  await trx('hand_events').insert({
    event_id: event.id,
    source: event.source,
    body: JSON.stringify(event),
    at: Date.now(),
  });
  const known = await trx('hand_states').where({ account }).forUpdate().first();
  const before = known === undefined ? { count: 0 } : JSON.parse(known.state);
  const state = JSON.stringify({ count: before.count + 1, balance: event.data.balanceAfter, last: event.data });
  await trx('hand_states').insert({ account, state }).onConflict('account').merge();
  for (const rule of alerts) {
    await trx('hand_alerts').insert({
      event_id: event.id,
      rule,
      account,
      text: 'A payment left your account.',
      status: 'queued',
    });
  }
}

function minor(text: unknown): number {
  return Math.round(Number(text) * 100);
}

function withDurability(config: Knex.Config): Knex.Config {
  if (config.client !== 'better-sqlite3') return { ...config, pool: { min: 0, max: 10 } };
  const afterCreate = (
    connection: { pragma(text: string): void },
    done: (error: unknown, connection: unknown) => void,
  ) => {
    connection.pragma('journal_mode = WAL');
    connection.pragma('synchronous = FULL');
    done(undefined, connection);
  };
  return { ...config, pool: { min: 1, max: 1, afterCreate } };
}

async function createTables(knex: Knex): Promise<void> {
  await knex.schema.createTable('hand_events', (table) => {
    table.bigIncrements('id');
    table.string('event_id').unique();
    table.string('source');
    table.text('body');
    table.bigInteger('at');
  });
  await knex.schema.createTable('hand_states', (table) => {
    table.string('account').primary();
    table.text('state');
  });
  await knex.schema.createTable('hand_alerts', (table) => {
    table.bigIncrements('id');
    table.string('event_id').index();
    table.string('rule');
    table.string('account');
    table.text('text');
    table.string('status').index();
  });
}
