/** What happens to one alert of a claim: a gate ends or delays it, it leaves through an adapter, or it goes on waiting. */
import type { SmsMessage } from '../../contracts/adapter.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { chooseAdapter } from '../../core/delivery/route.js';
import { bankVerdict, type SendInput, type SendVerdict, sendVerdict } from '../../core/gates/send.js';
import { hostsIn, isLinkAllowed } from '../../core/message/links.js';
import { measureText } from '../../core/message/segments.js';
import { phoneCountry } from '../../core/phone.js';
import type { Hold } from '../../store/holds.js';
import type { OutboxAlert } from '../../store/outbox.js';
import type { AlertChange } from '../../store/outbox-changes.js';
import type { CampaignDesk } from '../campaigns/campaign-desk.js';
import type { House } from '../house.js';
import type { MarkedText } from '../verify/mark-message.js';
import type { FloodGuard } from './flood-guard.js';
import { BANK, type ProviderDesk } from './provider-desk.js';
import type { OwnRoute, Routes } from './routes.js';
import { type Known, sendInput } from './send-inputs.js';
import { textOf } from './text-of.js';

/** An alert that is marked as leaving: the next thing that happens to it is its request. */
export interface ClaimedAlert {
  alert: OutboxAlert;
  /** The adapter to send through, or `BANK`. */
  adapter: string;
  /** The adapters of its route, in order. */
  route: readonly string[];
  /** Absent for what is told to the bank itself. */
  message?: SmsMessage;
  /** What it can be verified by, where it carries that. */
  code?: MarkedText['code'];
}

export type Sorted =
  | { kind: 'leaves'; claimed: ClaimedAlert; change: AlertChange }
  | { kind: 'verdict'; alert: OutboxAlert; verdict: SendVerdict; change: AlertChange }
  /** Without a change it stays where it is. */
  | { kind: 'waits'; alert: OutboxAlert; change?: AlertChange };

export interface Surroundings {
  house: House;
  routes: Routes;
  desk: ProviderDesk;
  known: Known;
  holds: readonly Hold[];
  guard: FloodGuard;
  campaigns: CampaignDesk;
  /** Who claims. */
  owner: string;
  /** Epoch milliseconds. */
  now: number;
}

/** Milliseconds until an alert is looked at again that waits for another adapter than the rest of its queue. */
const POSTPONED = 1_000;

export function sortAlert(alert: OutboxAlert, around: Surroundings): Sorted {
  try {
    const ended = around.campaigns.stateVerdict(alert);
    if (ended !== undefined) return ruled(alert, ended);
    const input = sendInput(around.house, alert, around.known, around);
    // The bank is no customer: only a hold keeps its own alerts back.
    const verdict =
      alert.notify === 'bank' ? bankVerdict(input) : (sendVerdict(input) ?? around.campaigns.delay(alert, input.zones));
    if (verdict !== undefined) return ruled(alert, verdict);
    return alert.notify === 'bank' ? toBank(alert, around) : toCustomer(alert, input, around);
  } catch (error) {
    // One alert that cannot be opened must not stand in the way of all others.
    if (!(error instanceof LedgerbellError)) throw error;
    around.house.log.error({ alertId: alert.alertId, error: error.code }, 'an alert cannot be opened');
    return ruled(alert, { status: 'dead', reason: 'unreadable' });
  }
}

function ruled(alert: OutboxAlert, verdict: SendVerdict): Sorted {
  const { status, reason, until } = verdict;
  const delayed = status === 'deferred' || status === 'held' ? true : undefined;
  return { kind: 'verdict', alert, verdict, change: { status, reason, notBefore: until, delayed } };
}

function toBank(alert: OutboxAlert, around: Surroundings): Sorted {
  if (around.desk.free(BANK, alert.lane) === 0) return { kind: 'waits', alert };
  around.desk.take(BANK);
  const change = leaving(alert, around);
  return { kind: 'leaves', claimed: { alert: asClaimed(alert, around), adapter: BANK, route: [] }, change };
}

function toCustomer(alert: OutboxAlert, { phone = '' }: SendInput, around: Surroundings): Sorted {
  const { routes, desk } = around;
  const country = routes.askCountry ? phoneCountry(phone) : undefined;
  const route = routes.routeOf({ ...alert, country });
  const choice = chooseAdapter(route.adapters, (name) => desk.availability(name, alert.lane), alert.afterAdapter);
  if (choice?.availability !== 'ready') return waiting(alert, route, around.now);
  const { text, code } = textOf(around.house, alert, around.known);
  if (leadsAstray(text, alert, phone, around)) return ruled(alert, { status: 'failed', reason: 'link-not-allowed' });
  const { encoding, parts } = measureText(text);
  const charge = around.campaigns.charge(alert, { parts, phone });
  if (charge?.kind === 'verdict') return ruled(alert, charge.verdict);
  if (charge !== undefined)
    return { kind: 'waits', alert, change: { notBefore: charge.notBefore, bucket: route.bucket } };
  desk.take(choice.adapter);
  around.guard.take(alert);
  const change: AlertChange = {
    ...leaving(alert, around),
    provider: choice.adapter,
    bucket: route.bucket,
    encoding,
    parts,
  };
  const { senders } = around.house.delivery;
  const { alertId, lane, expiresAt } = alert;
  const from = route.sender ?? senders[lane] ?? senders.default ?? '';
  const message: SmsMessage = { alertId, to: phone, from, text, encoding, parts, lane, expiresAt };
  const claimed = { alert: asClaimed(alert, around), adapter: choice.adapter, route: route.adapters, message, code };
  return { kind: 'leaves', claimed, change };
}

/** Whether the text holds a link that the bank does not allow this entity, or in the number's country. */
function leadsAstray(text: string, { entity }: OutboxAlert, phone: string, { house }: Surroundings): boolean {
  const hosts = hostsIn(text);
  if (hosts.length === 0) return false;
  const policy = house.ruleSet().source.texts;
  // A number of no country is in none that the bank named.
  const to = { entity, country: phoneCountry(phone) ?? '' };
  return hosts.some((host) => !isLinkAllowed(policy, host, to));
}

/** Alerts for other adapters wait elsewhere, so that those behind this one are reached. */
function waiting(alert: OutboxAlert, { bucket }: OwnRoute, now: number): Sorted {
  if (bucket !== alert.bucket) return { kind: 'waits', alert, change: { bucket } };
  if (alert.afterAdapter === undefined) return { kind: 'waits', alert };
  return { kind: 'waits', alert, change: { notBefore: now + POSTPONED } };
}

function asClaimed(alert: OutboxAlert, { now }: Surroundings): OutboxAlert {
  return { ...alert, attempts: alert.attempts + 1, steps: alert.steps + 1, sentAt: now };
}

function leaving(alert: OutboxAlert, { house, owner, now }: Surroundings): AlertChange {
  return {
    status: 'sending',
    attempts: alert.attempts + 1,
    steps: alert.steps + 1,
    sentAt: now,
    leaseOwner: owner,
    // It leaves within half of `attemptMs` or not at all, and its answer is waited for one and a quarter (`send-alert.ts`).
    leaseUntil: now + house.delivery.attemptMs * 2,
  };
}
