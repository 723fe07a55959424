/** Where a short link leads. Whoever opens one is not known: it is counted that somebody did, once, and by whom is not asked. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import { readShortLinkToken, shortLinkFault } from '../../core/message/short-link.js';
import { DEFAULT_SHORT_LINK_SETTINGS, type ShortLinkSettings } from '../../core/message/short-link-settings.js';
import { customerSubject } from '../../store/crypto/subject-hash.js';
import type { Vault } from '../../store/crypto/vault.js';
import { findShortLink, noteClick, type ShortLink } from '../../store/short-links.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { takeTurn } from '../take-turn.js';
import { shortLinkHash, targetContext } from './make-short-links.js';

export interface Following {
  /** As typed or pressed. */
  token: string;
  /** Who asks, for the limits; it is kept nowhere else. */
  address: string;
  /** A person seems to open it, not a phone that shows a preview. */
  counts: boolean;
}

export type Followed = { state: 'leads'; target: string } | { state: 'nowhere' } | { state: 'limited' };

/** An unknown link, an expired one, one of a customer who was erased and one whose host is not allowed any more lead nowhere. */
export async function followShortLink(house: House, { token, address, counts }: Following): Promise<Followed> {
  const { vault, shortLinks = DEFAULT_SHORT_LINK_SETTINGS } = house;
  const now = house.now();
  const { limits } = shortLinks;
  const turn = await takeTurn(house, { kind: 'link', limits, address, now });
  if (turn === 'all-limited')
    house.log.warn({ count: limits.overall.count }, 'links lead nowhere: the limit for all is reached');
  if (turn !== 'taken') return { state: 'limited' };
  const linkHash = shortLinkHash(vault, readShortLinkToken(token) ?? 'no token');
  return withTransaction(vault.database, async (trx): Promise<Followed> => {
    const link = await findShortLink(vault.database, trx, linkHash);
    if (link === undefined || link.endsAt <= now) return { state: 'nowhere' };
    const target = await targetOf(vault, trx, link);
    if (target === undefined || !mayLeadTo(target, link, shortLinks)) return { state: 'nowhere' };
    if (counts && link.clickedAt === undefined) await noteClick(vault.database, trx, linkHash, now);
    return { state: 'leads', target };
  });
}

async function targetOf(vault: Vault, trx: Knex, link: ShortLink): Promise<string | undefined> {
  const subject = customerSubject(link.entity, link.customerId);
  const key = (await vault.keys.find(trx, [subject])).get(subject);
  try {
    return key?.open(link.target, targetContext(link.linkHash)).toString();
  } catch (error) {
    if (error instanceof LedgerbellError && error.code === 'erased') return undefined;
    throw error;
  }
}

/** Taking a host out of the configuration closes the links that lead there. */
function mayLeadTo(target: string, { name }: ShortLink, { hosts }: ShortLinkSettings): boolean {
  return shortLinkFault('service', { [name]: target }, hosts) === undefined;
}
