/** Writes a campaign down, checked whole; nothing leaves before it is started. */
import type { CampaignSource } from '../../contracts/campaign.js';
import { LedgerbellError } from '../../contracts/errors.js';
import type { CampaignFinding } from '../../core/campaign/campaign-finding.js';
import { campaignKey, campaignVersion } from '../../core/campaign/campaign-ids.js';
import { lintCampaign } from '../../core/campaign/lint-campaign.js';
import { appendAudit } from '../../store/audit.js';
import { changeCampaign, findCampaign, insertCampaign, type StoredCampaign } from '../../store/campaigns.js';
import { withTransaction } from '../../store/with-transaction.js';
import type { House } from '../house.js';
import { throwMistakes } from '../mistakes.js';
import { surroundingsOf } from './surroundings.js';

export interface WrittenCampaign {
  campaign: StoredCampaign;
  created: boolean;
  warnings: CampaignFinding[];
}

/**
 * A draft of the same name is replaced. The same again changes nothing.
 * @throws RequestMistaken `campaign-invalid`
 * @throws LedgerbellError `campaign-exists`: somebody asked to start it already, with another content
 */
export async function writeCampaign(
  house: House,
  { entity, source, actor }: { entity: string; source: CampaignSource; actor: string },
): Promise<WrittenCampaign> {
  const warnings = requireSound(house, source);
  const { database } = house.vault;
  const { name } = source.campaign;
  const key = Buffer.from(campaignKey(entity, name));
  const version = campaignVersion(source);
  return withTransaction(database, async (trx) => {
    const at = house.now();
    const known = await findCampaign(database, trx, key, { lock: true });
    if (known?.version === version) return { campaign: known, created: false, warnings };
    if (known === undefined) {
      await insertCampaign(database, trx, { key, entity, name, version, source, createdBy: actor, createdAt: at });
    } else if (known.state === 'draft') await changeCampaign(database, trx, key, { version, source }, at);
    else
      throw new LedgerbellError(
        'campaign-exists',
        `The campaign "${name}" says something else: give this another name`,
      );
    const action = known === undefined ? 'campaign-created' : 'campaign-changed';
    await appendAudit(database, trx, { at, actor, action, subject: `campaign:${entity}/${name}`, detail: { version } });
    const campaign = (await findCampaign(database, trx, key)) as StoredCampaign;
    return { campaign, created: known === undefined, warnings };
  });
}

/** Returns the warnings. @throws RequestMistaken `campaign-invalid` */
export function requireSound(house: House, source: unknown): CampaignFinding[] {
  const findings = lintCampaign(source, surroundingsOf(house));
  throwMistakes(
    findings.flatMap(({ severity, part, place, code, message, fix }) =>
      severity === 'error'
        ? { path: `/${[part, ...place].join('/')}`, code: 'campaign-invalid', message: `${message}. ${fix} [${code}]` }
        : [],
    ),
  );
  return findings;
}
