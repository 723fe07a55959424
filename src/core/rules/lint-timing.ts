/** Durations and what goes with them: cooldown, expiry, schedules, edges, and keys that only make sense beside others. */
import type { Condition, RuleDocument } from '../../contracts/rule.js';
import { parseDuration } from '../event/duration.js';
import { type Report, tryReport } from './lint-report.js';
import type { Place } from './rule-file.js';

const MINUTE = 60_000;
const YEAR = 366 * 24 * 60 * MINUTE;
const DURATION_FIX = 'Write "PT10M", "PT24H" or "P7D"';

export function lintTiming(rule: RuleDocument, report: Report): void {
  lintCooldown(rule, report);
  lintExpiry(rule, report);
  lintSchedule(rule, report);
  lintEdge(rule, report);
  lintRecipients(rule, report);
}

function duration(value: unknown, place: Place, report: Report): number | undefined {
  return value === undefined ? undefined : tryReport(report, place, DURATION_FIX, () => parseDuration(value));
}

function lintCooldown({ cooldown, on }: RuleDocument, report: Report): void {
  if (cooldown === undefined) return;
  const length = duration(cooldown.period, ['cooldown', 'period'], report);
  if (length !== undefined && length > YEAR) {
    warn(report, ['cooldown', 'period'], 'cooldown-long', 'the rule is quiet for more than a year', 'Is that meant?');
  }
  if (cooldown.per === 'customer' && on.some((type) => !/^(?:customer|loan)\./.test(type))) {
    report(['cooldown', 'per'], {
      code: 'cooldown-per-customer',
      message: 'events of an account keep their cooldown per account',
      fix: 'Write "per": "account"; "customer" is for rules on customer.* and loan.* events only',
    });
  }
}

function lintExpiry({ expires }: RuleDocument, report: Report): void {
  const length = duration(expires, ['expires'], report);
  if (length !== undefined && length < MINUTE) {
    const message = 'the alert is worthless in less than a minute: a short queue would lose it';
    warn(report, ['expires'], 'expires-short', message, 'Allow a minute or more');
  }
}

function lintSchedule({ schedule, on }: RuleDocument, report: Report): void {
  (schedule?.after ?? []).forEach((after, index) => {
    duration(after, ['schedule', 'after', index], report);
  });
  const isScheduled = on.includes('schedule.inactive');
  if (schedule !== undefined && !isScheduled) {
    const message = '"schedule" is for rules on schedule.inactive';
    report(['schedule'], { code: 'schedule-unfit', message, fix: 'Add "schedule.inactive" to "on", or remove it' });
  }
  if (schedule === undefined && isScheduled) {
    const message = 'the rule does not say after how long';
    report(['on'], { code: 'schedule-missing', message, fix: 'Add "schedule": { "after": ["P30D"] }' });
  }
}

function lintEdge({ fires, rearm, conditions }: RuleDocument, report: Report): void {
  if (rearm !== undefined && fires !== 'edge') {
    report(['rearm'], {
      code: 'rearm-without-edge',
      message: '"rearm" needs "fires": "edge"',
      fix: 'Remove one of them',
    });
  }
  if (fires === 'edge' && readsOnlyHistory(conditions)) {
    const message = 'a window empties in silence: the edge only sees it at the next event';
    warn(report, ['fires'], 'edge-on-history', message, 'Use "fires": "each" with a cooldown');
  }
}

function readsOnlyHistory(condition: Condition): boolean {
  if ('all' in condition) return condition.all.every(readsOnlyHistory);
  if ('any' in condition) return condition.any.every(readsOnlyHistory);
  if ('not' in condition) return readsOnlyHistory(condition.not);
  return 'fact' in condition && condition.fact === 'history';
}

function lintRecipients({ recipients, repeatPerTransaction, on }: RuleDocument, report: Report): void {
  if (recipients === 'alerted' && on.some((type) => type !== 'transaction.reversed')) {
    const message = '"alerted" is for rules on transaction.reversed alone: it corrects what was told';
    report(['recipients'], { code: 'recipients-unfit', message, fix: 'Write "on": ["transaction.reversed"]' });
  }
  if (repeatPerTransaction === true && !on.some((type) => type.startsWith('transaction.'))) {
    const message = 'none of these events belongs to a transaction';
    warn(report, ['repeatPerTransaction'], 'key-without-effect', message, 'Remove it');
  }
}

function warn(report: Report, place: Place, code: string, message: string, fix: string): void {
  report(place, { code, severity: 'warning', message, fix });
}
