/**
 * Holds the rule set that runs. It watches the rule folders (a change is read twice and taken only when both readings are
 * equal, so a half-written set never runs) and the database (another replica, or a person, may activate one). A broken file
 * keeps the last good set running, and is said.
 */
import { type FSWatcher, watch } from 'chokidar';
import { LedgerbellError } from '../contracts/errors.js';
import type { Senders } from '../core/replies/one-way.js';
import { compileRuleSet, type RuleSet, RuleSetInvalid } from '../core/rules/rule-set.js';
import {
  type ActivationSettings,
  activateAutomatically,
  findActiveRules,
  proposeRules,
} from '../flows/change-rules.js';
import { checkReading } from '../flows/check-rules.js';
import type { Logger } from '../flows/house.js';
import { type RuleSetReading, readRuleSet } from '../registry/rule-files.js';
import type { Database } from '../store/database.js';

export interface RuleKeeperOptions {
  database: Database;
  directories: readonly string[];
  activation: ActivationSettings;
  /** Who messages come from: a text that asks for a reply needs a sender that can be answered. */
  senders?: Senders;
  log: Logger;
  now(): number;
  /** Runs what is active and reads the files only where nothing is: for commands that only look. */
  followOnly?: boolean;
  /** Milliseconds between the two readings of changed files, and between looks at the database. */
  settleMs: number;
  pollMs: number;
}

/** What is wrong with the files as they are, for `/readyz` and the log. */
export interface RuleFault {
  code: string;
  message: string;
}

export interface RuleKeeper {
  /** @throws LedgerbellError `no-active-rules` before `open` */
  current(): RuleSet;
  /** The fault of the files that were not taken, if any. */
  fault(): RuleFault | undefined;
  /** Reads the folders now and, in the automatic mode, runs what they say. */
  reload(): Promise<void>;
  watch(): void;
  close(): Promise<void>;
}

/** Finds what is to run at start. @throws LedgerbellError `no-active-rules`, `rules-invalid` when there is nothing good to run */
export async function openRuleKeeper(options: RuleKeeperOptions): Promise<RuleKeeper> {
  const { database, log } = options;
  let running: RuleSet | undefined;
  let fault: RuleFault | undefined;
  let watcher: FSWatcher | undefined;
  let poll: NodeJS.Timeout | undefined;
  let settling: NodeJS.Timeout | undefined;
  let working: Promise<void> = Promise.resolve();

  async function reload(): Promise<void> {
    try {
      const reading = await readSettled(options);
      await take(reading);
      fault = undefined;
    } catch (error) {
      if (!(error instanceof LedgerbellError)) throw error;
      fault = { code: error.code, message: error.message };
      log.error(
        { code: error.code, problems: error.message },
        'the rule files are not taken; the last good set runs on',
      );
    }
  }

  async function take({ source }: RuleSetReading): Promise<void> {
    if (options.activation.mode === 'manual') {
      await proposeRules(database, source, 'service', options.now());
      return;
    }
    const { id, changed } = await activateAutomatically(database, source, options.now());
    if (running?.id !== id) running = compileRuleSet(source);
    if (changed) log.info({ ruleSet: id, rules: running.rules.length }, 'rules activated');
  }

  async function follow(): Promise<void> {
    const active = await findActiveRules(database, running?.id);
    if (active === undefined) return;
    running = compileRuleSet(active.source);
    log.info({ ruleSet: active.id, rules: running.rules.length }, 'rules changed');
  }

  /** One after the other: a slow reading never overtakes a newer one. */
  function queue(work: () => Promise<void>): Promise<void> {
    working = working.then(work).catch((error: unknown) => {
      log.error({ error: (error as Error)?.name }, 'the rules could not be looked at; trying again');
    });
    return working;
  }

  await follow();
  if (running === undefined || options.followOnly !== true) {
    await reload();
    await follow();
  }
  if (running === undefined) throw nothingToRun(options.activation, fault);

  return {
    current: () => running as RuleSet,
    fault: () => fault,
    reload: () => queue(reload),
    watch() {
      watcher = watch([...options.directories], { ignoreInitial: true });
      watcher.on('all', () => {
        clearTimeout(settling);
        settling = setTimeout(() => queue(reload), options.settleMs);
      });
      // What changed while the watcher was setting itself up would otherwise be missed.
      watcher.on('ready', () => queue(reload));
      poll = setInterval(() => queue(follow), options.pollMs);
    },
    async close() {
      clearTimeout(settling);
      clearInterval(poll);
      await watcher?.close();
      await working;
    },
  };
}

/** Reads until two readings in a row are equal. @throws RuleSetInvalid */
async function readSettled({ directories, settleMs, senders }: RuleKeeperOptions): Promise<RuleSetReading> {
  let reading = await readRuleSet(directories);
  for (let tries = 0; tries < 10; tries++) {
    const again = await readRuleSet(directories);
    if (again.hash === reading.hash) break;
    reading = again;
    await new Promise((resolve) => setTimeout(resolve, settleMs));
  }
  const errors = checkReading(reading, { senders }).filter(({ severity }) => severity === 'error');
  if (errors.length > 0) {
    throw new RuleSetInvalid(
      errors.map(({ file, line, code, message }) => ({ rule: `${file}:${line}`, code, message })),
    );
  }
  compileRuleSet(reading.source);
  return reading;
}

function nothingToRun(activation: ActivationSettings, fault: RuleFault | undefined): LedgerbellError {
  if (fault !== undefined) return new LedgerbellError(fault.code, fault.message);
  const people = activation.approvals === 1 ? 'one person' : `${activation.approvals} people`;
  return new LedgerbellError(
    'no-active-rules',
    `No rule set is active. The files were proposed; ${people} must run: ledgerbell rules approve`,
  );
}
