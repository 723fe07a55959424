/** What a campaign has used of its budget, and what that leaves: whole messages, and money in integers of a millionth. */
import type { CampaignBudget } from '../../contracts/campaign.js';
import type { TextPolicy } from '../../contracts/rule.js';
import { priceOf } from '../message/price.js';

const DECIMALS = 6;

/** Decimal text of up to six decimals; safe up to nine thousand million units. */
export function millionthsOf(decimal: string): number {
  const [whole = '0', fraction = ''] = decimal.split('.');
  return Number(whole + fraction.slice(0, DECIMALS).padEnd(DECIMALS, '0'));
}

/** Without noughts at the end beyond two decimals: `0.045`, `12.50`. */
export function decimalOf(millionths: number): string {
  const digits = String(millionths).padStart(DECIMALS + 1, '0');
  const fraction = digits.slice(-DECIMALS).replace(/0{1,4}$/, '');
  return `${digits.slice(0, -DECIMALS)}.${fraction}`;
}

/** Millionths of the prices' currency; undefined where there are no prices. */
export function costOf(prices: TextPolicy['prices'], parts: number, country: string | undefined): number | undefined {
  const price = priceOf(prices, parts, country);
  return price === undefined ? undefined : millionthsOf(price);
}

export interface Spent {
  messages: number;
  /** Millionths. */
  cost: number;
}

export const BUDGET_REASONS = ['budget-messages', 'budget-money', 'no-prices'] as const;
export type BudgetReason = (typeof BUDGET_REASONS)[number];

/** Why one more message of this cost is too much, or undefined. */
export function overBudget(
  budget: CampaignBudget | undefined,
  spent: Spent,
  cost: number | undefined,
): BudgetReason | undefined {
  if (budget?.messages !== undefined && spent.messages + 1 > budget.messages) return 'budget-messages';
  if (budget?.money === undefined) return undefined;
  if (cost === undefined) return 'no-prices';
  return spent.cost + cost > millionthsOf(budget.money.amount) ? 'budget-money' : undefined;
}
