/** A campaign's folder as it is written: strict JSON, every slip at its line. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import type { CampaignSource } from '../../contracts/campaign.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { parseRuleFile } from '../../core/rules/rule-file.js';
import { misuse } from '../usage.js';

/** What is in the files is judged later, as a whole. @throws LedgerbellError `usage`, `campaign-invalid` */
export function readCampaignFolder(cwd: string, folder: string): CampaignSource {
  const at = resolve(cwd, folder);
  return {
    campaign: readJson(join(at, 'campaign.json')),
    messages: readJson(join(at, 'messages.json')),
  } as CampaignSource;
}

function readJson(path: string): unknown {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    throw misuse(`${path} is no file that can be read`);
  }
  const { file, problems } = parseRuleFile({ kind: 'rule', file: path, folder: '' }, text);
  const [first] = problems;
  if (first === undefined) return file.value;
  throw new LedgerbellError('campaign-invalid', `${path}:${first.line}:${first.column} ${first.message}. ${first.fix}`);
}
