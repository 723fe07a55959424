/** What a `command_status` means for the message: not now, never, or nobody knows. */
import smpp from 'smpp';
import type { SendOutcome } from '../../../src/contracts/adapter.js';

const NAMES = new Map(Object.entries(smpp.errors).map(([name, status]) => [status, name]));
const { errors } = smpp;

/** The SMSC did not take it and may later. A negative answer is always an answer that it was not taken (SMPP 3.4, 4.4.2). */
const LATER = [
  errors.ESME_RTHROTTLED,
  errors.ESME_RMSGQFUL,
  errors.ESME_RSYSERR,
  errors.ESME_RINVBNDSTS,
  errors.ESME_RX_T_APPN,
  errors.ESME_RSERTYPUNAVAIL,
];

/** By its name an error that the SMSC itself does not understand. */
const UNCLEAR = errors.ESME_RUNKNOWNERR;

/** @param retryStatuses the SMSC's own statuses that mean: try later */
export function refusal(
  status: number,
  retryStatuses: readonly number[],
): Exclude<SendOutcome, { status: 'accepted' }> {
  const code = statusCode(status);
  if (LATER.includes(status) || retryStatuses.includes(status)) return { status: 'retryable', code };
  return { status: status === UNCLEAR ? 'unknown' : 'rejected', code };
}

/** `smpp-rinvdstadr`, or `smpp-0x0400` for a status without a name. */
export function statusCode(status: number): string {
  const name = NAMES.get(status);
  if (name !== undefined)
    return `smpp-${name
      .replace(/^ESME_/, '')
      .replaceAll('_', '-')
      .toLowerCase()}`;
  return `smpp-0x${status.toString(16).padStart(4, '0')}`;
}
