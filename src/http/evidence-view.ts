/** Evidence as it is answered, and as the command line prints it. */
import { maskPhone } from '../core/phone.js';
import type { Evidence } from '../flows/evidence.js';
import { optionalTime, rfc3339 } from './time.js';

export function evidenceView({ alert, text, attempts, receipts, consent, ...proof }: Evidence) {
  const { alertId, entity, customerId, notify, rule, ruleVersion, topic, lane, locale, discreet } = alert;
  const { status, reason, provider, providerId } = alert;
  return {
    alertId,
    entity,
    customerId,
    notify,
    rule,
    ruleVersion,
    topic,
    lane,
    locale,
    discreet,
    status,
    reason,
    text,
    phone: phoneView(proof.phone),
    times: {
      decided: optionalTime(proof.decidedAt),
      queued: rfc3339(alert.queuedAt),
      sent: optionalTime(alert.sentAt),
      accepted: optionalTime(proof.acceptedAt),
      delivered: optionalTime(proof.deliveredAt),
    },
    provider,
    providerId,
    attempts: attempts.map(({ milliseconds: _took, at, ...attempt }) => ({ ...attempt, at: rfc3339(at) })),
    receipts: receipts.map(({ receivedAt, ...receipt }) => ({ ...receipt, receivedAt: rfc3339(receivedAt) })),
    consent: consent && {
      id: consent.id,
      granted: consent.granted,
      by: consent.by,
      at: rfc3339(consent.at),
      how: consent.how,
      wording: consent.wording,
      recordedAt: rfc3339(consent.recordedAt),
    },
  };
}

function phoneView(phone: Evidence['phone']) {
  if (phone === undefined) return undefined;
  const { version, status, validFrom, validUntil } = phone;
  return {
    version,
    status,
    validFrom: rfc3339(validFrom),
    validUntil: optionalTime(validUntil),
    number: numberOf(phone),
  };
}

/** Null where it was erased. */
function numberOf(phone: NonNullable<Evidence['phone']>): string | null {
  try {
    return maskPhone(phone.number());
  } catch {
    return null;
  }
}
