/** Makes a link to one customer's page of choices, or takes back those that were made. */

import { DEFAULT_PAGE_SETTINGS, LONGEST_LINK_MS, SHORTEST_LINK_MS } from '../../core/page-settings.js';
import { appendAudit } from '../../store/audit.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import { insertLink, revokeLinks } from '../../store/preference-links.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { throwMistakes } from '../mistakes.js';
import { registeredCustomer } from '../registered.js';
import { makeToken } from './link-token.js';

export interface LinkWanted {
  entity: string;
  customerId: string;
  /** As configured where absent. */
  minutes?: number;
  actor: string;
}

export interface MadeLink {
  /** The secret: who has it can read and change this customer's choices until `endsAt`. */
  token: string;
  /** Epoch milliseconds. */
  endsAt: number;
}

const MINUTE = 60_000;

/** @throws RequestMistaken `request-invalid` @throws LedgerbellError `customer-unknown`, `erased` */
export async function makeLink(house: House, { entity, customerId, minutes, actor }: LinkWanted): Promise<MadeLink> {
  const { vault, pages = DEFAULT_PAGE_SETTINGS } = house;
  const lasts = minutes === undefined ? pages.linkMs : minutes * MINUTE;
  if (!(lasts >= SHORTEST_LINK_MS && lasts <= LONGEST_LINK_MS)) {
    const message = `must be from ${SHORTEST_LINK_MS / MINUTE} to ${LONGEST_LINK_MS / MINUTE}`;
    throwMistakes([{ path: '/minutes', code: 'request-invalid', message }]);
  }
  const at = house.now();
  const { token, linkHash, endsAt } = makeToken(vault, at + lasts);
  await withTransaction(vault.database, async (trx) => {
    await registeredCustomer(vault, trx, entity, customerId);
    await insertLink(vault.database, trx, { linkHash, entity, customerId, createdAt: at, endsAt });
    const detail = { link: shortName(linkHash), until: new Date(endsAt).toISOString() };
    const subject = customerSubject(entity, customerId);
    await appendAudit(vault.database, trx, { at, actor, action: 'preference-link-made', subject, detail });
  });
  return { token, endsAt };
}

/** Returns how many could still be used. @throws LedgerbellError `customer-unknown`, `erased` */
export async function withdrawLinks(
  house: House,
  { entity, customerId, actor }: Omit<LinkWanted, 'minutes'>,
): Promise<number> {
  const { vault } = house;
  return withTransaction(vault.database, async (trx) => {
    await registeredCustomer(vault, trx, entity, customerId);
    const at = house.now();
    const links = await revokeLinks(vault.database, trx, { entity, customerId }, at);
    const subject = customerSubject(entity, customerId);
    await appendAudit(vault.database, trx, {
      at,
      actor,
      action: 'preference-links-withdrawn',
      subject,
      detail: { links },
    });
    return links;
  });
}

/** What the audit calls a link: enough to tell links apart, and not the way to one. */
export function shortName(linkHash: Buffer): string {
  return linkHash.subarray(0, 6).toString('hex');
}

/** `base`: our own address as the customer reaches it, mount path included. */
export function linkAddress(base: string, token: string): string {
  return `${base.replace(/\/$/, '')}/p/${token}`;
}
