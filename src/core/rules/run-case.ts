/** Runs one example of a rule through the real `step`, with a rule set of that rule alone (and those it names). */
import { LedgerbellError } from '../../contracts/errors.js';
import type { LedgerEvent } from '../../contracts/event.js';
import type { JsonObject } from '../../contracts/json.js';
import type { Context, Recipient, Settings } from '../context.js';
import { parseInstant } from '../event/instant.js';
import { parseEvent } from '../event/parse-event.js';
import { emptyProfile, type Profile } from '../profile/profile.js';
import { step } from '../step.js';
import { describeDecisions, describeExpected, isAsExpected, type OwnDecision } from './case-outcome.js';
import type { CaseCustomer, CaseEvent, CaseResult, RuleCase } from './rule-case.js';
import { compileRuleSet, type RuleSet, type RuleSetSource } from './rule-set.js';

/** The code of every one-time code in a case. */
const CASE_CODE = '482913';
const CODE_LIFETIME = 300_000;
const SETTINGS: Settings = {
  locale: 'en',
  timeZone: 'Europe/Tallinn',
  rates: { base: 'EUR' },
  holidays: [],
  contactChangeMs: 72 * 3_600_000,
};
const ACCOUNT = '704';
const CUSTOMER = '2';

/** Never throws for what is in the case or the rule: a case that cannot run has failed, and says why. */
export function runCase(source: RuleSetSource, rule: string, example: RuleCase): CaseResult {
  const expected = describeExpected(example.then);
  try {
    const decisions = decide(source, rule, example);
    const passed = isAsExpected(decisions, example.then, holdersOf(example).length);
    return { rule, case: example.name, passed, expected, got: describeDecisions(decisions) };
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    const got = `the case cannot run: ${error.message}${error.path === undefined ? '' : ` (${error.path})`}`;
    return { rule, case: example.name, passed: false, expected, got };
  }
}

function decide(source: RuleSetSource, rule: string, example: RuleCase): OwnDecision[] {
  const names = new Set([rule, ...(example.with ?? [])]);
  const rules = source.rules
    .filter((one) => names.has(one.rule.name))
    .map((one) => ({ ...one, rule: { ...one.rule, enabled: true } }));
  const unknown = [...names].find((name) => !rules.some((one) => one.rule.name === name));
  if (unknown !== undefined) throw new LedgerbellError('rule-unknown', `there is no rule "${unknown}"`);
  const world = new World(compileRuleSet({ ...source, rules }), example, rule);
  const events = [...(example.given ?? []), example.when];
  events.forEach((event, index) => {
    world.take(event, index === events.length - 1 ? 'when' : `given-${index + 1}`);
  });
  return world.last;
}

/** The profiles, as they grow from event to event. */
class World {
  /** Decisions of the rule on the event taken last. */
  last: OwnDecision[] = [];
  private readonly ruleSet: RuleSet;
  private readonly example: RuleCase;
  private readonly rule: string;
  private readonly profiles = new Map<string, Profile>();
  private lastAlert: { alertId: string; recipient: string; at: string } | undefined;

  constructor(ruleSet: RuleSet, example: RuleCase, rule: string) {
    this.ruleSet = ruleSet;
    this.example = example;
    this.rule = rule;
  }

  take(short: CaseEvent, name: string): void {
    const now = parseInstant(name === 'when' ? (this.example.now ?? short.time) : short.time);
    const event = parseEvent(this.complete(short, name), {
      now: Math.max(now, parseInstant(short.time)),
      futureToleranceMs: 0,
      origin: 'inside',
    });
    const before = this.profiles.get(event.profile) ?? emptyProfile(event.profile);
    const { profile, decisions } = step(this.ruleSet, before, event, this.context(event), now);
    this.profiles.set(event.profile, profile);
    this.last = decisions.filter((decision) => decision.rule === this.rule && decision.alert?.phone !== 'previous');
    const alert = this.last.find(({ outcome }) => outcome === 'alert');
    if (alert !== undefined) {
      this.lastAlert = { alertId: alert.alertId, recipient: alert.recipient ?? '', at: short.time };
    }
  }

  private complete(short: CaseEvent, name: string): object {
    return {
      specversion: '1.0',
      id: short.id ?? name,
      source: short.source ?? 'cases',
      type: short.type,
      time: short.time,
      learn: short.learn,
      data: { ...this.defaultData(short), ...short.data },
    };
  }

  private defaultData({ type, time }: CaseEvent): JsonObject {
    const customerId = holdersOf(this.example)[0]?.id ?? CUSTOMER;
    if (/^(?:customer\.|loan\.|schedule\.(?:payment-|security-tip))/.test(type)) return { customerId };
    if (type === 'challenge.requested') {
      const expiresAt = new Date(parseInstant(time) + CODE_LIFETIME).toISOString();
      return { customerId, challengeId: 'challenge', minutes: 5, expiresAt };
    }
    const accountId = this.example.account?.id ?? ACCOUNT;
    if (type.startsWith('schedule.') && type !== 'schedule.inactive') return { accountId, customerId };
    if (type !== 'alert.undelivered' || this.lastAlert === undefined) return { accountId };
    const { alertId, recipient, at } = this.lastAlert;
    return { accountId, alertId, rule: this.rule, recipient, firedAt: at };
  }

  private context(event: LedgerEvent): Context {
    const holders = holdersOf(this.example);
    const told =
      event.accountId === undefined || (event.type.startsWith('schedule.') && event.customerId !== undefined)
        ? holders.filter(({ id }) => id === event.customerId)
        : holders;
    const { account } = this.example;
    return {
      settings: { ...SETTINGS, ...this.example.settings },
      ...(event.accountId === undefined ? {} : { account: { ...account, id: event.accountId } }),
      recipients: told.map((holder) => this.recipient(holder)),
      ...(event.type === 'challenge.requested' ? { secrets: { code: CASE_CODE } } : {}),
      versions: {},
    };
  }

  private recipient({ id, phone, preferences, consents, ...customer }: CaseCustomer & { id: string }): Recipient {
    const own = this.profiles.get(`customer:${id}`);
    return {
      role: 'owner',
      status: 'active',
      discreet: false,
      ...customer,
      customerId: id,
      preferences: preferences ?? {},
      consents: consents ?? {},
      ...(phone === false ? {} : { phone: { version: 1 } }),
      ...(own === undefined
        ? {}
        : {
            summary: {
              passwordChangedAt: own.passwordChangedAt,
              contactChangedAt: own.contactChangedAt,
              devices: own.devices,
            },
          }),
    };
  }
}

function holdersOf({ customer, holders, preferences, consents }: RuleCase): (CaseCustomer & { id: string })[] {
  const all: CaseCustomer[] = holders ?? [{ preferences, consents, ...customer }];
  return all.map((holder) => ({ ...holder, id: holder.id ?? CUSTOMER }));
}
