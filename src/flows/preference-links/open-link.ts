/** What a link leads to: its customer's choices, or why there is nothing to see. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import { findLink } from '../../store/preference-links.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { type Choices, readChoices } from './choices.js';
import { type LinkToken, readToken } from './link-token.js';

/** A link that leads nowhere tells nothing of whose it was; `locale` is the customer's, so that they are told in it. */
export type ClosedLink =
  | { state: 'invalid' }
  | { state: 'expired'; locale?: string }
  | { state: 'used'; usedAt: number; locale?: string; timeZone: string };

export type OpenedLink = ClosedLink | { state: 'open'; link: LinkToken; choices: Choices };

export function openLink(house: House, token: string): Promise<OpenedLink> {
  return withTransaction(house.vault.database, (trx) => openLinkIn(house, trx, token));
}

export async function openLinkIn(house: House, trx: Knex.Transaction, token: string): Promise<OpenedLink> {
  const link = readToken(house.vault, token);
  if (link === undefined) return { state: 'invalid' };
  const stored = await findLink(house.vault.database, trx, link.linkHash);
  if (stored === undefined && link.endsAt <= house.now()) return { state: 'expired' };
  if (stored === undefined || stored.revokedAt !== undefined) return { state: 'invalid' };
  const choices = await choicesOf(house, trx, stored);
  if (choices === undefined) return { state: 'invalid' };
  const { locale, timeZone } = choices;
  if (stored.usedAt !== undefined) return { state: 'used', usedAt: stored.usedAt, locale, timeZone };
  return stored.endsAt <= house.now() ? { state: 'expired', locale } : { state: 'open', link, choices };
}

async function choicesOf(
  house: House,
  trx: Knex.Transaction,
  { entity, customerId }: { entity: string; customerId: string },
): Promise<Choices | undefined> {
  try {
    return await readChoices(house, trx, entity, customerId);
  } catch (error) {
    const isGone = error instanceof LedgerbellError && ['customer-unknown', 'erased'].includes(error.code);
    if (isGone) return undefined;
    throw error;
  }
}
