/** HMAC over the body, with or without a time, as most platforms sign: by a preset's name, or described part by part. */
import { hmacSigner } from '../hmac-proof.js';
import { type KeyFormat, keyReader, type SecretEntry, secretsOf, senderOf } from '../source-secrets.js';
import type { TimeFormat } from '../timely.js';
import { HMAC_PRESETS, type HmacPlan, type HmacPreset } from './hmac-plan.js';
import type { Scheme } from './scheme.js';

export interface HmacSettings {
  secrets: SecretEntry[];
  toleranceSeconds?: number;
  /** The rest is then known. */
  preset?: HmacPreset;
  algorithm?: HmacPlan['algorithm'];
  encoding?: HmacPlan['encoding'];
  key?: KeyFormat;
  header?: string;
  prefix?: string;
  separator?: string;
  repeated?: boolean;
  fields?: { signature: string; time?: string };
  time?: { header?: string; format: TimeFormat };
  template?: string;
}

export const hmac: Scheme<HmacSettings> = {
  name: 'hmac',
  create(settings) {
    const plan = settings.preset === undefined ? described(settings) : HMAC_PRESETS[settings.preset];
    const secrets = secretsOf(settings.secrets, keyReader(plan.key));
    const { toleranceSeconds = 300 } = settings;
    return (request) => senderOf(hmacSigner(request, plan, secrets, toleranceSeconds));
  },
};

function described(settings: HmacSettings): HmacPlan {
  const { algorithm = 'sha256', encoding = 'hex', key = 'text', prefix = '', template = '{body}' } = settings;
  const { header = '', separator, repeated, fields, time } = settings;
  const lowered = time?.header === undefined ? time : { ...time, header: time.header.toLowerCase() };
  return {
    algorithm,
    encoding,
    key,
    header: header.toLowerCase(),
    prefix,
    separator,
    repeated,
    fields,
    time: lowered,
    template,
  };
}
