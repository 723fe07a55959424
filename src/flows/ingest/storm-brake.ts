/**
 * A rule that suddenly alerts many times more often than it used to is held, and the operator is told: a wrong limit or a
 * runaway feed must not text everybody. Counts are kept by hour in the database, so that replicas share them.
 */
import type { Knex } from 'knex';
import { appendAudit } from '../../store/audit.js';
import type { Database } from '../../store/database.js';
import { placeHold } from '../../store/holds.js';
import { addRuleRates, ratesOf } from '../../store/rule-rates.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import type { CommitSummary } from './settings.js';

const HOUR = 3_600_000;
/** What is usual is the mean of this many hours; a rule younger than a day has no usual yet. */
const HOURS_REMEMBERED = 168;
const HOURS_NEEDED = 24;

export interface BrakeSettings {
  /** Times the usual rate. */
  multiple: number;
  /** Alerts an hour below which nothing is held. */
  minimum: number;
}

export interface Brake {
  /** Counts the alerts of a commit: after it, and never in its way. */
  note(summary: CommitSummary): void;
  /** Writes what was counted and not yet written. */
  stop(): Promise<void>;
}

/** Milliseconds between two writes: a write is a commit of its own, and on SQLite holds up those of events. */
const GATHER_MS = 250;

/** Counts are written at once, and those that follow closely together. */
export function createBrake({ vault, brake, now, log }: Pick<House, 'vault' | 'brake' | 'now' | 'log'>): Brake {
  let counted = new Map<string, number>();
  let writing: Promise<void> | undefined;
  let pause: NodeJS.Timeout | undefined;

  function write(): void {
    if (counted.size === 0 || pause !== undefined || writing !== undefined) return;
    const alerts = counted;
    counted = new Map();
    writing = noteAll(alerts).finally(() => {
      writing = undefined;
      pause = setTimeout(() => {
        pause = undefined;
        write();
      }, GATHER_MS).unref();
    });
  }

  async function noteAll(alerts: ReadonlyMap<string, number>): Promise<void> {
    try {
      for (const rule of await noteAlerts(vault.database, alerts, brake, now()))
        log.error({ rule }, 'storm brake: the rule alerts far more often than usual; its alerts are held');
    } catch (error) {
      log.warn({ error: (error as Error)?.name }, 'alert rates could not be noted');
    }
  }

  return {
    note({ decisions }) {
      for (const { rule, outcome } of decisions)
        if (outcome === 'alert') counted.set(rule, (counted.get(rule) ?? 0) + 1);
      write();
    },
    async stop() {
      await writing;
      clearTimeout(pause);
      if (counted.size > 0) await noteAll(counted);
    },
  };
}

/** Adds these alerts by rule to the current hour; returns the rules that are held from now on. */
export async function noteAlerts(
  database: Database,
  alerts: ReadonlyMap<string, number>,
  settings: BrakeSettings,
  now: number,
): Promise<string[]> {
  const hour = Math.floor(now / HOUR) * HOUR;
  return withTransaction(database, async (trx) => {
    await addRuleRates(database, trx, alerts, hour);
    const tripped: string[] = [];
    for (const rule of alerts.keys()) {
      const rates = await ratesOf(database, trx, rule, hour - HOURS_REMEMBERED * HOUR);
      if (isStorm(rates, hour, settings) && (await hold(database, trx, rule, now))) tripped.push(rule);
    }
    return tripped;
  });
}

export function isStorm(
  rates: readonly { hour: number; alerts: number }[],
  hour: number,
  settings: BrakeSettings,
): boolean {
  const current = rates.find((rate) => rate.hour === hour)?.alerts ?? 0;
  const earlier = rates.filter((rate) => rate.hour < hour);
  const first = earlier[0]?.hour;
  if (first === undefined || hour - first < HOURS_NEEDED * HOUR || current <= settings.minimum) return false;
  const hours = Math.min(HOURS_REMEMBERED, (hour - first) / HOUR);
  const usual = earlier.reduce((sum, { alerts }) => sum + alerts, 0) / hours;
  return current > usual * settings.multiple;
}

async function hold(database: Database, trx: Knex.Transaction, rule: string, now: number): Promise<boolean> {
  const placed = await placeHold(database, trx, {
    scope: 'rule',
    value: rule,
    since: now,
    placedBy: 'storm-brake',
    reason: 'alerts far more often than usual',
  });
  if (placed) {
    await appendAudit(database, trx, {
      at: now,
      actor: 'storm-brake',
      action: 'hold',
      subject: `rule:${rule}`,
      detail: {},
    });
  }
  return placed;
}
