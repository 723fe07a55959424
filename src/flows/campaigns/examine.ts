/** A page of customers, each considered for a campaign with what is known of them now: what a preview counts and a run sends. */
import type { Knex } from 'knex';
import { LedgerbellError } from '../../contracts/errors.js';
import type { CompiledCampaign } from '../../core/campaign/compile-campaign.js';
import { type Considered, consider } from '../../core/campaign/consider.js';
import { rolesOf } from '../../store/campaign-customers.js';
import type { CustomerContext } from '../../store/contexts.js';
import { marketingTold } from '../../store/marketing-told.js';
import { type PhoneRecord, phonesFor } from '../../store/phones.js';
import { readCustomerContexts } from '../../store/read-contexts.js';
import { numberOf } from '../deliver/send-inputs.js';
import type { House } from '../house.js';
import { recipientOf } from '../ingest/working-set.js';
import { campaignGate } from './compiled.js';

const DAY = 86_400_000;

export interface Examined {
  customerId: string;
  considered: Considered;
  /** Absent where it was not asked for, or there is none. */
  phone?: string;
  /** Their own. */
  timeZone?: string;
}

/** What is read of them is not remembered: a campaign goes through everybody, and would drive out those who matter now. */
export async function examine(
  house: House,
  trx: Knex,
  campaign: CompiledCampaign,
  customerIds: readonly string[],
  now: number,
): Promise<Examined[]> {
  const { vault, settings, marketing } = house;
  const { entity } = campaign;
  const customers = await readCustomerContexts(vault, trx, entity, [...customerIds]);
  const roleOf = await rolesOf(vault.database, trx, entity, customerIds);
  // Nobody else is ever asked for a number.
  const agreed = customerIds.filter((id) => customers.get(id)?.consents[campaign.document.topic] === true);
  const phones = agreed.length === 0 ? new Map<string, PhoneRecord[]>() : await phonesFor(vault, trx, entity, agreed);
  const told = await countTold(house, trx, entity, agreed, now);
  const around = {
    campaign,
    gate: campaignGate(house, campaign),
    settings,
    now,
    ...(marketing?.frequencyCap === undefined ? {} : { most: marketing.frequencyCap.messages }),
  };
  return customerIds.flatMap((customerId) => {
    const customer = customers.get(customerId);
    return customer === undefined ? [] : [examineOne(customer)];
  });

  function examineOne(customer: CustomerContext): Examined {
    const recipient = { ...recipientOf(customer), role: roleOf(customer.id) };
    const number = openedOnce(phones.get(customer.id));
    const considered = consider({ recipient, phone: number.open, told: () => told.get(customer.id) ?? 0 }, around);
    const phone = number.opened();
    return {
      customerId: customer.id,
      considered,
      ...(phone === undefined ? {} : { phone }),
      ...(customer.timeZone === undefined ? {} : { timeZone: customer.timeZone }),
    };
  }
}

/** Whoever was erased a moment ago has no number. */
function openedOnce(records: readonly PhoneRecord[] | undefined) {
  let number: string | undefined;
  let isOpen = false;
  return {
    open(): string | undefined {
      if (!isOpen) number = attempt(() => numberOf({ phone: 'current' }, records));
      isOpen = true;
      return number;
    },
    opened: () => number,
  };
}

function attempt(open: () => string | undefined): string | undefined {
  try {
    return open();
  } catch (error) {
    if (error instanceof LedgerbellError) return undefined;
    throw error;
  }
}

async function countTold(
  { vault: { database }, marketing }: House,
  trx: Knex,
  entity: string,
  customerIds: readonly string[],
  now: number,
): Promise<Map<string, number>> {
  const counts = new Map<string, number>();
  const cap = marketing?.frequencyCap;
  if (cap === undefined) return counts;
  const told = await marketingTold(database, trx, customerIds, { since: now - cap.days * DAY, waiting: true });
  for (const one of told) {
    if (one.entity === entity) counts.set(one.customerId, (counts.get(one.customerId) ?? 0) + 1);
  }
  return counts;
}
