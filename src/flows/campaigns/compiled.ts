/** Campaigns as they run: what one says is compiled once, since it never changes while it runs. */
import { LRUCache } from 'lru-cache';
import {
  type CampaignGate,
  type CompiledCampaign,
  compileCampaign,
  gateOf,
} from '../../core/campaign/compile-campaign.js';
import type { StoredCampaign } from '../../store/campaigns.js';
import type { Database } from '../../store/database.js';
import type { House } from '../house.js';

const caches = new WeakMap<Database, LRUCache<string, CompiledCampaign>>();

export function compiledOf(
  { vault }: Pick<House, 'vault'>,
  stored: Pick<StoredCampaign, 'entity' | 'key' | 'version' | 'source'>,
): CompiledCampaign {
  const cache = caches.get(vault.database) ?? new LRUCache<string, CompiledCampaign>({ max: 100 });
  caches.set(vault.database, cache);
  const name = cacheName(stored.key, stored.version);
  const known = cache.get(name);
  if (known !== undefined) return known;
  const compiled = compileCampaign(stored.entity, stored.source);
  cache.set(name, compiled);
  return compiled;
}

/** Undefined where it has to be read first. */
export function rememberedCampaign(
  { vault }: Pick<House, 'vault'>,
  key: Buffer,
  version: string,
): CompiledCampaign | undefined {
  return caches.get(vault.database)?.get(cacheName(key, version));
}

function cacheName(key: Buffer, version: string): string {
  return `${key.toString('hex')}/${version}`;
}

export function campaignGate({ ruleSet }: Pick<House, 'ruleSet'>, campaign: CompiledCampaign): CampaignGate {
  return gateOf(campaign, ruleSet().source.topics);
}
