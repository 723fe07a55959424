/**
 * Makes the short links of a page of alerts, within the caller's transaction. The token comes from the alert's id and the
 * link's name, so a page that is made again after a crash has the same links.
 */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import type { Lane } from '../../contracts/rule.js';
import { shortLinkFault, shortLinkToken, shortLinkUrl } from '../../core/message/short-link.js';
import { DEFAULT_SHORT_LINK_SETTINGS } from '../../core/message/short-link-settings.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import type { SubjectKey } from '../../store/crypto/subject-key.js';
import type { Vault } from '../../store/crypto/vault.js';
import type { ShortLink } from '../../store/short-links.js';
import type { House } from '../house.js';

export interface ShortLinkPage {
  entity: string;
  lane: Lane;
  /** What the links are counted under, such as a campaign; at most 64 characters. */
  groupId?: string;
  /** Epoch milliseconds: when they were made, and until when they lead anywhere (as configured where absent). */
  at: number;
  endsAt?: number;
  alerts: readonly AlertLinks[];
}

export interface AlertLinks {
  alertId: string;
  customerId: string;
  /** Whole addresses by the name that the text knows them by. */
  links: Readonly<Record<string, string>>;
}

export interface MadeShortLinks {
  /** For `insertShortLinks`, in the same transaction. */
  rows: ShortLink[];
  /** By alert, then by name: what the text prints. Alerts of customers who were erased are missing. */
  urls: Map<string, Record<string, string>>;
}

type Linking = Pick<House, 'vault' | 'shortLinks' | 'publicUrl'>;

/** @throws LedgerbellError `short-links-off`, `short-link-lane`, `short-link-name`, `short-link-target` */
export async function makeShortLinks(
  house: Linking,
  trx: Knex.Transaction,
  page: ShortLinkPage,
): Promise<MadeShortLinks> {
  const { entity, alerts } = page;
  const made: MadeShortLinks = { rows: [], urls: new Map() };
  if (alerts.length === 0) return made;
  for (const { links } of alerts) refuseFaults(house, page.lane, links);
  const base = shortLinkBase(house);
  const subjects = alerts.map(({ customerId }) => customerSubject(entity, customerId));
  const keys = await house.vault.keys.load(trx, subjects);
  for (const [at, alert] of alerts.entries()) {
    const key = keys.get(subjects[at] as string);
    if (key !== undefined && !key.destroyed) addLinks(house, page, { base, alert, key }, made);
  }
  return made;
}

/** For whoever takes targets long before a page is made. @throws LedgerbellError as `makeShortLinks` does */
export function refuseFaults(
  { shortLinks = DEFAULT_SHORT_LINK_SETTINGS }: Pick<House, 'shortLinks'>,
  lane: Lane,
  links: Readonly<Record<string, string>>,
): void {
  const fault = shortLinkFault(lane, links, shortLinks.hosts);
  if (fault === undefined) return;
  const where = fault.name === undefined ? {} : { path: `/links/${fault.name}` };
  throw new LedgerbellError(fault.code, fault.message, where);
}

/** What stands before a token. @throws LedgerbellError `short-links-off` */
export function shortLinkBase({ shortLinks, publicUrl }: Pick<House, 'shortLinks' | 'publicUrl'>): string {
  if (shortLinks?.address !== undefined) return shortLinks.address;
  if (publicUrl !== undefined) return `${publicUrl.replace(/\/+$/, '')}/l`;
  throw new LedgerbellError('short-links-off', 'Links need shortLinks.address or http.publicUrl in the configuration');
}

interface Linked {
  base: string;
  alert: AlertLinks;
  key: SubjectKey;
}

function addLinks(
  { vault, shortLinks = DEFAULT_SHORT_LINK_SETTINGS }: Linking,
  { entity, groupId, at, endsAt = at + shortLinks.lastsMs }: ShortLinkPage,
  { base, alert, key }: Linked,
  made: MadeShortLinks,
): void {
  const { alertId, customerId } = alert;
  const urls: Record<string, string> = {};
  for (const [name, target] of Object.entries(alert.links)) {
    const token = tokenOf(vault, alertId, name);
    const linkHash = shortLinkHash(vault, token);
    const sealed = key.seal(Buffer.from(target), targetContext(linkHash));
    const group = groupId === undefined ? {} : { groupId };
    made.rows.push({ linkHash, entity, customerId, alertId, name, ...group, target: sealed, createdAt: at, endsAt });
    urls[name] = shortLinkUrl(base, token);
  }
  made.urls.set(alertId, urls);
}

const tokenOf = (vault: Pick<Vault, 'bodyMac'>, alertId: string, name: string): string =>
  shortLinkToken(vault.bodyMac(`short-link|${alertId}|${name}`));

/** Under what a link is found. */
export function shortLinkHash(vault: Pick<Vault, 'bodyMac'>, token: string): Buffer {
  return vault.bodyMac(`short-link-index|${token}`);
}

/** What a sealed target is bound to: it opens for its own link only. */
export const targetContext = (linkHash: Buffer): string => `short-link/${linkHash.toString('hex')}`;
