/** What the calendar will bring of an instalment that was just heard of. */
import type { LedgerEvent } from '../../contracts/event.js';
import { dueOf } from '../../core/schedule/loans.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { ScheduleToPlan } from '../../store/schedules.js';

/** Looked at at once: only then it is known in which zone its days are. */
export function plannedPayment(
  { type, data }: LedgerEvent,
  subject: string,
  key: SubjectKey,
  now: number,
): ScheduleToPlan[] {
  if (type !== 'loan.instalment-due' || data.withdrawn === true) return [];
  const detail = dueOf(data);
  const name = [detail.loanId, detail.instalmentId, detail.dueDate];
  return [{ kind: 'payment', subject, name, detail, dueAt: now, key }];
}
