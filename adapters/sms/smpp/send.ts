/** One attempt to send: a place in the window, the packets one after another, and what their answers mean together. */
import type { AdapterTools, SendOutcome, SmsMessage } from '../../../src/contracts/adapter.js';
import type { Keeper } from './keeper.js';
import type { Answer, Link } from './link.js';
import type { Memory } from './memory.js';
import { messageId } from './message-id.js';
import { type Pdu, textField } from './pdu.js';
import type { Settings } from './settings.js';
import { refusal } from './status.js';
import { prepare, type Submit, validityPeriod } from './submit.js';
import type { Window } from './window.js';

export interface Sender {
  send(message: SmsMessage): Promise<SendOutcome>;
  /** Resolves when every submit that is unanswered now has been answered or given up. */
  answered(): Promise<void>;
}

export interface SenderParts {
  settings: Settings;
  tools: AdapterTools;
  keeper: Keeper;
  window: Window;
  memory: Memory;
}

const RANKS = { otp: 1, security: 2, service: 3, marketing: 4 };
/** The rest of a message that was begun goes before every new one. */
const BEGUN = 0;
const NOT_BOUND = 0x04;

export function createSender({ settings, tools, keeper, window, memory }: SenderParts): Sender {
  const underWay = new Set<Promise<unknown>>();

  async function send(message: SmsMessage): Promise<SendOutcome> {
    const reference = memory.nextReference();
    const prepared = prepare(message, reference, settings);
    if ('problem' in prepared) return { status: 'rejected', code: `smpp-${prepared.problem}` };
    memory.submitted(reference, message.alertId, prepared.to.address);
    return sendAll(message, prepared.submits);
  }

  /** Stops at the first packet that is not taken: if it was the first one, nothing was sent. */
  async function sendAll(message: SmsMessage, submits: readonly Submit[]): Promise<SendOutcome> {
    const deadline = performance.now() + settings.waitMs + settings.responseMs;
    let outcome: SendOutcome = { status: 'unknown', code: 'smpp-nothing-sent' };
    for (const [index, submit] of submits.entries()) {
      const isFirst = index === 0;
      const left = Math.max(0, deadline - performance.now());
      const wait = isFirst ? Math.min(settings.waitMs, left) : left;
      outcome = await sendOne(message, submit, isFirst ? RANKS[message.lane] : BEGUN, wait, submits.length === 1);
      if (outcome.status !== 'accepted') return isFirst ? outcome : torn(outcome);
    }
    return outcome;
  }

  async function sendOne(
    message: SmsMessage,
    submit: Submit,
    rank: number,
    waitMs: number,
    isWhole: boolean,
  ): Promise<SendOutcome> {
    const leave = await window.enter(rank, waitMs);
    const link = keeper.link();
    const isExpired = message.expiresAt !== undefined && message.expiresAt <= tools.now();
    if (leave === undefined || link === undefined || isExpired) {
      leave?.();
      return { status: 'retryable', code: `smpp-${isExpired ? 'expired' : link ? 'window-full' : keeper.fault()}` };
    }
    const answer = link
      .request('submit_sm', {
        fields: { ...submit.fields, validity_period: validityPeriod(message.expiresAt, tools.now()) },
        parameters: submit.parameters,
        late: isWhole ? (pdu) => hearLate(message, pdu) : undefined,
      })
      .then((got) => read(message, got, link));
    underWay.add(answer);
    const outcome = await answer;
    underWay.delete(answer);
    leave();
    return outcome;
  }

  function read(message: SmsMessage, answer: Answer, link?: Link): SendOutcome {
    if (answer.kind === 'not-written') return { status: 'retryable', code: `smpp-${keeper.fault()}` };
    if (answer.kind === 'no-answer') return { status: 'unknown', code: `smpp-${answer.code}` };
    const { pdu } = answer;
    // The SMSC has forgotten that we are bound: only a new connection helps.
    if (pdu.status === NOT_BOUND) void link?.unbind();
    if (pdu.status !== 0) return refusal(pdu.status, settings.retryStatuses);
    if (pdu.command !== 'submit_sm_resp') return { status: 'unknown', code: 'smpp-unreadable' };
    const providerId = messageId(textField(pdu, 'message_id'), settings.messageIds.response);
    if (providerId === undefined) return { status: 'accepted' };
    memory.accepted(providerId, message.alertId);
    return { status: 'accepted', providerId };
  }

  /** The message was called unknown by then; this settles it. Where it cannot be recorded, a receipt still may. */
  function hearLate(message: SmsMessage, pdu: Pdu): void {
    const outcome = read(message, { kind: 'response', pdu });
    const { alertId } = message;
    if (outcome.status === 'unknown') return;
    const receipt =
      outcome.status === 'accepted'
        ? { alertId, providerId: outcome.providerId, state: 'accepted' as const, code: 'smpp-late-response' }
        : { alertId, state: 'failed' as const, code: outcome.code };
    tools.receive({ receipts: [receipt] }).catch(() => undefined);
  }

  return { send, answered: async () => void (await Promise.allSettled([...underWay])) };
}

/** Parts were taken and others were not: it was sent in part, and sending again would send those parts twice. */
function torn(outcome: Exclude<SendOutcome, { status: 'accepted' }>): SendOutcome {
  return { status: 'unknown', code: outcome.code.replace(/^smpp-/, 'smpp-part-') };
}
