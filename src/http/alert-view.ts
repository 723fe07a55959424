/** Alerts as they are answered: in a list, and traced from the event to the last receipt. */
import type { AlertTrace, OutboxAlert } from '../flows/find-alerts.js';
import { optionalTime, rfc3339 } from './time.js';

export function alertView(alert: OutboxAlert) {
  const { alertId, entity, customerId, notify, rule, ruleVersion, topic, lane, status, reason } = alert;
  const { delayed, discreet, attempts, resends, provider, code, parts } = alert;
  return {
    id: alertId,
    entity,
    customerId,
    notify,
    rule,
    ruleVersion,
    topic,
    lane,
    status,
    reason,
    queuedAt: rfc3339(alert.queuedAt),
    notBefore: rfc3339(alert.notBefore),
    expiresAt: optionalTime(alert.expiresAt),
    delayed,
    discreet,
    attempts,
    resends,
    provider,
    code,
    parts,
    updatedAt: rfc3339(alert.updatedAt),
  };
}

/** What stands where a text may not be read. */
const MASKED = '***';

/** @param mount where the routes are mounted */
export function traceView(trace: AlertTrace, mount: string) {
  const { decision, alert, attempts, receipts, replies } = trace;
  const { id, entity, rule, ruleVersion, recipient, reason, detail, versions, decidedAt } = decision;
  const outcome = decision.status === 'suppressed' ? 'suppressed' : 'alert';
  return {
    id,
    entity,
    rule,
    ruleVersion,
    recipient,
    event: eventView(trace, mount),
    decision: { outcome, reason, detail, decidedAt: rfc3339(decidedAt), context: versions },
    alert: alert && alertView(alert),
    message: alert && messageView(alert, trace.text),
    attempts: attempts.map(({ number, at, adapter, outcome: result, code, providerId, milliseconds }) => ({
      number,
      at: rfc3339(at),
      adapter,
      outcome: result,
      code,
      providerId,
      milliseconds,
    })),
    receipts: receipts.map(({ receivedAt, ...receipt }) => ({ ...receipt, receivedAt: rfc3339(receivedAt) })),
    replies: replies.map(({ receivedAt, ...reply }) => ({ ...reply, receivedAt: rfc3339(receivedAt) })),
    history: history(trace),
  };
}

function eventView({ event, profile }: AlertTrace, mount: string) {
  if (event === undefined) return undefined;
  const { source, id, type, time, receivedAt, ruleSet, counts, entity } = event;
  const search = entity === 'default' ? '' : `?entity=${encodeURIComponent(entity)}`;
  const explain = `${mount}/events/${encodeURIComponent(source)}/${encodeURIComponent(id)}/explain${search}`;
  return { source, id, type, time: rfc3339(time), receivedAt: rfc3339(receivedAt), profile, ruleSet, counts, explain };
}

function messageView({ locale, encoding, parts, discreet }: OutboxAlert, text: string | null | undefined) {
  const masked = text === undefined;
  return { text: masked ? MASKED : text, masked, locale, encoding, parts, discreet };
}

/** What is known of the alert's way, in the order it happened; the last is how it stands. */
function history({ alert, attempts, receipts, replies }: AlertTrace) {
  if (alert === undefined) return [];
  const steps = [
    ...attempts.map(({ at, outcome, code }) => ({ at, what: `attempt-${outcome}`, code })),
    ...receipts.map(({ receivedAt, state, code }) => ({ at: receivedAt, what: `receipt-${state}`, code })),
    ...replies.map(({ receivedAt, answer, standing }) => ({ at: receivedAt, what: `reply-${answer}`, code: standing })),
  ].sort((a, b) => a.at - b.at);
  const ends = { at: alert.updatedAt, what: alert.status, code: alert.reason ?? alert.code };
  const made = { at: alert.queuedAt, what: 'made', code: undefined };
  return [made, ...steps, ends].map(({ at, what, code }) => ({ at: rfc3339(at), what, code }));
}
