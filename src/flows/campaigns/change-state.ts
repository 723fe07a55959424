/** Starts, pauses, resumes and stops campaigns; each by a person, and each in the audit. */
import type { Knex } from 'knex';
import type { CampaignState } from '../../contracts/campaign.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { campaignKey } from '../../core/campaign/campaign-ids.js';
import { overBudget } from '../../core/campaign/spending.js';
import { appendAudit } from '../../store/audit.js';
import { changeRun, readRun } from '../../store/campaign-runs.js';
import { readSpending } from '../../store/campaign-spending.js';
import { type CampaignChange, changeCampaign, findCampaign, type StoredCampaign } from '../../store/campaigns.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { requireSound } from './write-campaign.js';

export interface CampaignOrder {
  entity: string;
  name: string;
  actor: string;
  /** For the audit. */
  reason?: string;
}

/**
 * Asks to start. With fewer people than the house needs it is `proposed`, and starts when another one asks too.
 * @throws LedgerbellError `campaign-unknown`, `campaign-state`, `campaign-approved-already`
 * @throws RequestMistaken `campaign-invalid`: what it relies on has changed since it was written
 */
export function startCampaign(house: House, order: CampaignOrder): Promise<StoredCampaign> {
  const needed = house.marketing?.approvals ?? 1;
  return change(house, order, ['draft', 'proposed'], 'start', async (_trx, campaign, at) => {
    requireSound(house, campaign.source);
    if (campaign.approvedBy.includes(order.actor)) {
      throw new LedgerbellError('campaign-approved-already', 'The same person asked before; a second person has to');
    }
    const approvedBy = [...campaign.approvedBy, order.actor];
    if (approvedBy.length < needed) {
      return {
        change: { state: 'proposed', approvedBy },
        action: 'campaign-proposed',
        detail: { missing: needed - approvedBy.length },
      };
    }
    return { change: { state: 'running', reason: null, approvedBy, startedAt: at }, action: 'campaign-started' };
  });
}

/** What waits is held, and goes on from there. @throws LedgerbellError `campaign-unknown`, `campaign-state` */
export function pauseCampaign(house: House, order: CampaignOrder): Promise<StoredCampaign> {
  return change(house, order, ['running'], 'pause', async () => ({
    change: { state: 'paused', reason: 'operator' },
    action: 'campaign-paused',
  }));
}

/** @throws LedgerbellError `campaign-unknown`, `campaign-state`, `campaign-budget-spent` */
export function resumeCampaign(house: House, order: CampaignOrder): Promise<StoredCampaign> {
  const { database } = house.vault;
  return change(house, order, ['paused'], 'resume', async (trx, { key, source }) => {
    const spent = (await readSpending(database, trx, [key])).get(key.toString('hex'));
    if (spent !== undefined && overBudget(source.campaign.budget, spent, 0) === 'budget-messages') {
      throw new LedgerbellError('campaign-budget-spent', 'Its budget is spent: what is left needs another campaign');
    }
    await changeRun(database, trx, key, { sweep: 'release', swept: null });
    return { change: { state: 'running', reason: null }, action: 'campaign-resumed' };
  });
}

/** For good: what waits is taken back. @throws LedgerbellError `campaign-unknown`, `campaign-state` */
export function stopCampaign(house: House, order: CampaignOrder): Promise<StoredCampaign> {
  const { database } = house.vault;
  const from: CampaignState[] = ['draft', 'proposed', 'running', 'paused'];
  return change(house, order, from, 'stop', async (trx, { key }, at) => {
    await changeRun(database, trx, key, { sweep: 'cancel', swept: null });
    return { change: { state: 'stopped', reason: 'operator', endedAt: at }, action: 'campaign-stopped' };
  });
}

interface Step {
  change: CampaignChange;
  action: string;
  detail?: Record<string, unknown>;
}

async function change(
  house: House,
  { entity, name, actor, reason }: CampaignOrder,
  from: readonly CampaignState[],
  verb: string,
  step: (trx: Knex.Transaction, campaign: StoredCampaign, at: number) => Promise<Step>,
): Promise<StoredCampaign> {
  const { database } = house.vault;
  const key = Buffer.from(campaignKey(entity, name));
  const changed = await withTransaction(database, async (trx) => {
    const at = house.now();
    // The page under way ends first, and the next one sees what is written here.
    await readRun(database, trx, key, { lock: true });
    const campaign = await findCampaign(database, trx, key, { lock: true });
    if (campaign === undefined) throw new LedgerbellError('campaign-unknown', `There is no campaign "${name}"`);
    if (!from.includes(campaign.state)) {
      throw new LedgerbellError('campaign-state', `A campaign that is ${campaign.state} cannot ${verb}`);
    }
    const { change, action, detail = {} } = await step(trx, campaign, at);
    await changeCampaign(database, trx, key, change, at);
    const subject = `campaign:${entity}/${name}`;
    const said = reason === undefined ? detail : { ...detail, reason };
    await appendAudit(database, trx, { at, actor, action, subject, detail: { version: campaign.version, ...said } });
    return (await findCampaign(database, trx, key)) as StoredCampaign;
  });
  house.wakeCampaigns?.();
  return changed;
}
