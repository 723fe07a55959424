/** Campaigns: what each says, who let it start, and how it stands. */
import type { Knex } from 'knex';
import type { CampaignSource, CampaignState } from '../contracts/campaign.js';
import { noTallies } from '../core/campaign/tallies.js';
import type { Database } from './database.js';

export interface StoredCampaign {
  key: Buffer;
  entity: string;
  name: string;
  /** Hash of the source. */
  version: string;
  source: CampaignSource;
  state: CampaignState;
  /** Why it paused or ended, where it did so by itself. */
  reason?: string;
  createdBy: string;
  /** Epoch milliseconds. */
  createdAt: number;
  approvedBy: string[];
  startedAt?: number;
  endedAt?: number;
  updatedAt: number;
}

interface Row {
  campaign_key: Buffer;
  entity: string;
  name: string;
  version: string;
  document: string;
  state: CampaignState;
  reason: string | null;
  created_by: string;
  created_at: number;
  approved_by: string;
  started_at: number | null;
  ended_at: number | null;
  updated_at: number;
}

export async function insertCampaign(
  database: Database,
  trx: Knex.Transaction,
  one: Pick<StoredCampaign, 'key' | 'entity' | 'name' | 'version' | 'source' | 'createdBy' | 'createdAt'>,
): Promise<void> {
  const { key, entity, name, version, source, createdBy, createdAt } = one;
  await trx(database.table('campaigns')).insert({
    campaign_key: key,
    entity,
    name,
    version,
    document: JSON.stringify(source),
    state: 'draft',
    created_by: createdBy,
    created_at: createdAt,
    approved_by: '[]',
    updated_at: createdAt,
  });
  await trx(database.table('campaign_runs')).insert({
    campaign_key: key,
    lease_until: 0,
    next_slot: 0,
    tallies: JSON.stringify(noTallies()),
    results: '{}',
    counted_at: 0,
  });
  const spending = { messages: 0, cost: 0, gone: 0, tokens: 0, refilled_at: 0, next_slot: 0 };
  await trx(database.table('campaign_spending')).insert({ campaign_key: key, ...spending });
}

/** What is left out stays as it is; null empties it. */
export interface CampaignChange {
  version?: string;
  source?: CampaignSource;
  state?: CampaignState;
  reason?: string | null;
  approvedBy?: readonly string[];
  startedAt?: number;
  endedAt?: number;
}

export async function changeCampaign(
  database: Database,
  trx: Knex.Transaction,
  key: Buffer,
  change: CampaignChange,
  at: number,
): Promise<void> {
  const { source, approvedBy, startedAt, endedAt, ...rest } = change;
  await trx(database.table('campaigns'))
    .where({ campaign_key: key })
    .update({
      ...rest,
      ...(source === undefined ? {} : { document: JSON.stringify(source) }),
      ...(approvedBy === undefined ? {} : { approved_by: JSON.stringify(approvedBy) }),
      ...(startedAt === undefined ? {} : { started_at: startedAt }),
      ...(endedAt === undefined ? {} : { ended_at: endedAt }),
      updated_at: at,
    });
}

/** `lock`: until the transaction ends. */
export async function findCampaign(
  database: Database,
  trx: Knex,
  key: Buffer,
  options: { lock?: boolean } = {},
): Promise<StoredCampaign | undefined> {
  const query = trx<Row>(database.table('campaigns')).where({ campaign_key: key }).first();
  const row = await (options.lock && database.dialect === 'mysql' ? query.forUpdate() : query);
  return row === undefined ? undefined : campaignOf(row as Row);
}

/** Of those that exist; without what they say. */
export async function campaignStates(
  database: Database,
  trx: Knex,
  keys: readonly Buffer[],
): Promise<Map<string, Pick<StoredCampaign, 'version' | 'state'>>> {
  const rows: Pick<Row, 'campaign_key' | 'version' | 'state'>[] = await trx<Row>(database.table('campaigns'))
    .select('campaign_key', 'version', 'state')
    .whereIn('campaign_key', [...keys]);
  return new Map(rows.map(({ campaign_key, version, state }) => [campaign_key.toString('hex'), { version, state }]));
}

/** Those that somebody has to work on: they run, their alerts are being moved, or they changed after `since`. */
export async function openCampaigns(database: Database, trx: Knex, since: number): Promise<StoredCampaign[]> {
  const rows: Row[] = await trx<Row>({ c: database.table('campaigns') })
    .select('c.*')
    .where('c.state', 'running')
    .orWhere((lately) => lately.whereIn('c.state', ['paused', 'stopped', 'finished']).where('c.updated_at', '>', since))
    .orWhereIn('c.campaign_key', (swept) =>
      swept.from(database.table('campaign_runs')).select('campaign_key').whereNotNull('sweep'),
    )
    .orderBy('c.created_at');
  return rows.map(campaignOf);
}

/** Newest first; `after` is the creation and the name of the last one of the page before. */
export async function listCampaigns(
  database: Database,
  trx: Knex,
  page: { entity: string; limit: number; after?: { createdAt: number; name: string } },
): Promise<StoredCampaign[]> {
  const query = trx<Row>(database.table('campaigns'))
    .where({ entity: page.entity })
    .orderBy([
      { column: 'created_at', order: 'desc' },
      { column: 'name', order: 'desc' },
    ])
    .limit(page.limit);
  const { after } = page;
  if (after !== undefined) {
    query.where((where) =>
      where
        .where('created_at', '<', after.createdAt)
        .orWhere((same) => same.where('created_at', after.createdAt).where('name', '<', after.name)),
    );
  }
  return (await query).map((row) => campaignOf(row as Row));
}

function campaignOf(row: Row): StoredCampaign {
  return {
    key: row.campaign_key,
    entity: row.entity,
    name: row.name,
    version: row.version,
    source: JSON.parse(row.document),
    state: row.state,
    ...(row.reason === null ? {} : { reason: row.reason }),
    createdBy: row.created_by,
    createdAt: Number(row.created_at),
    approvedBy: JSON.parse(row.approved_by),
    ...(row.started_at === null ? {} : { startedAt: Number(row.started_at) }),
    ...(row.ended_at === null ? {} : { endedAt: Number(row.ended_at) }),
    updatedAt: Number(row.updated_at),
  };
}
