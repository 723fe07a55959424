/** Compares what a case expects with what was decided, and says both in words. */
import type { Decision } from '../../contracts/decision.js';
import type { CaseExpectation } from './rule-case.js';

export type OwnDecision = Pick<Decision, 'alertId' | 'outcome' | 'recipient' | 'reason' | 'detail' | 'alert'>;

/** Exact: nobody else may be told, and where reasons are stated for some, theirs must be the only ones of theirs. */
export function isAsExpected(decisions: readonly OwnDecision[], then: CaseExpectation, holders: number): boolean {
  if (then.silent === true) return decisions.length === 0;
  const alerts = decisions.filter(({ outcome }) => outcome === 'alert');
  const others = decisions.filter(({ outcome }) => outcome === 'suppressed');
  if (then.bank === true) return alerts.length === 1 && alerts[0]?.alert?.notify === 'bank';
  return areTold(alerts, then.sms, holders) && haveReasons(others, then.reason);
}

function areTold(alerts: readonly OwnDecision[], sms: CaseExpectation['sms'], holders: number): boolean {
  if (sms === undefined) return alerts.length === 0;
  if (typeof sms === 'string') return holders === 1 && alerts.length === 1 && alerts[0]?.alert?.text === sms;
  const expected = Object.keys(sms);
  return (
    alerts.length === expected.length &&
    alerts.every(({ recipient, alert }) => recipient !== undefined && alert?.text === sms[recipient])
  );
}

function haveReasons(others: readonly OwnDecision[], reason: CaseExpectation['reason']): boolean {
  if (reason === undefined) return true;
  if (typeof reason === 'string') return others.length > 0 && others.every((other) => other.reason === reason);
  return Object.entries(reason).every(([id, wanted]) =>
    others.some((other) => other.recipient === id && other.reason === wanted),
  );
}

export function describeExpected({ sms, reason, silent, bank }: CaseExpectation): string {
  const lines: string[] = [];
  if (silent === true) lines.push(SILENT);
  if (bank === true) lines.push('the bank is told');
  if (typeof sms === 'string') lines.push(`SMS: ${sms}`);
  else for (const [id, text] of Object.entries(sms ?? {})) lines.push(`SMS to ${id}: ${text}`);
  if (typeof reason === 'string') lines.push(`not told: ${reason}`);
  else for (const [id, one] of Object.entries(reason ?? {})) lines.push(`${id} not told: ${one}`);
  return lines.join('\n');
}

export function describeDecisions(decisions: readonly OwnDecision[]): string {
  if (decisions.length === 0) return SILENT;
  return decisions.map(describe).join('\n');
}

const SILENT = 'silent: the conditions did not hold';

function describe({ outcome, recipient, reason, detail, alert }: OwnDecision): string {
  if (outcome === 'alert') {
    return alert?.notify === 'bank' ? 'the bank is told' : `SMS to ${recipient}: ${alert?.text ?? ''}`;
  }
  return `${recipient ?? 'nobody'} not told: ${reason}${detail === undefined ? '' : ` (${detail})`}`;
}
