/** One customer and one campaign: is it for them, may they be told, and with which text. The same answers a preview and a run. */
import type { CampaignSkip } from '../../contracts/campaign.js';
import type { Recipient, Settings } from '../context.js';
import { isUnwanted, lacksConsent, REACHED_ROLES, statusAllows } from '../gates/decide.js';
import { chooseLocale } from '../message/compose.js';
import type { CompiledText } from '../message/render.js';
import { isCostly } from '../phone.js';
import { isStopped } from '../replies/stops.js';
import type { CampaignGate, CompiledCampaign, CompiledVariant } from './compile-campaign.js';
import { matches, segmentFrame } from './segment.js';
import { chooseVariant } from './variant.js';

export interface Candidate {
  recipient: Recipient;
  /** E.164, absent where none is usable; asked only of those who may be told. */
  phone(): string | undefined;
  /** Messages in the marketing lane that left to them within the cap's days, or wait to. */
  told(): number;
}

export interface Considering {
  campaign: CompiledCampaign;
  gate: CampaignGate;
  settings: Settings;
  /** Messages of the frequency cap. */
  most?: number;
  /** Epoch milliseconds. */
  now: number;
}

export interface ChosenText {
  outcome: 'message';
  variant: CompiledVariant;
  /** Of the text. */
  locale: string;
  /** What its formats follow. */
  region: string;
  timeZone: string;
  discreet: boolean;
  text: CompiledText;
}

export type Considered = { outcome: 'unmatched' } | { outcome: 'skipped'; reason: CampaignSkip } | ChosenText;

type Gate = [reason: CampaignSkip, closes: (candidate: Candidate, around: Considering) => boolean];

const GATES: readonly Gate[] = [
  ['role', ({ recipient }, { gate }) => !(gate.topic.roles ?? REACHED_ROLES).includes(recipient.role)],
  ['status', ({ recipient }, { gate }) => !statusAllows(gate, recipient)],
  ['opted-out', ({ recipient }, { gate }) => isUnwanted(gate, recipient)],
  ['no-consent', ({ recipient }, { gate }) => lacksConsent(gate, recipient)],
  ['stopped', ({ recipient }, { gate }) => isStopped(gate, recipient.stops)],
  ['no-phone', ({ phone }) => phone() === undefined],
  ['costly-number', ({ phone }) => isCostly(phone() ?? '')],
  ['frequency-cap', ({ told }, { most }) => most !== undefined && told() >= most],
];

export function consider(candidate: Candidate, around: Considering): Considered {
  const { campaign, settings, now } = around;
  const { recipient } = candidate;
  if (!matches(campaign.segment, segmentFrame(recipient, settings, now, campaign.entity))) {
    return { outcome: 'unmatched' };
  }
  const closed = GATES.find(([, closes]) => closes(candidate, around));
  if (closed !== undefined) return { outcome: 'skipped', reason: closed[0] };
  return chooseText(recipient, around);
}

function chooseText(recipient: Recipient, { campaign, settings }: Considering): Considered {
  const { entity, name, variants } = campaign;
  const variant = chooseVariant(variants, { entity, campaign: name, customerId: recipient.customerId });
  const wanted = recipient.locale ?? settings.locale;
  const locale = chooseLocale([...variant.texts.keys()], wanted, settings.locale);
  const texts = locale === undefined ? undefined : variant.texts.get(locale);
  if (locale === undefined || texts === undefined) return { outcome: 'skipped', reason: 'no-text' };
  const discreet = recipient.discreet && texts.discreet !== undefined;
  const sameLanguage = wanted.split('-')[0] === locale.split('-')[0];
  return {
    outcome: 'message',
    variant,
    locale,
    region: sameLanguage ? wanted : locale,
    timeZone: recipient.timeZone ?? settings.timeZone,
    discreet,
    text: (discreet ? texts.discreet : undefined) ?? texts.text,
  };
}

/** @throws LedgerbellError where a value is missing */
export function renderChosen({ text, region, timeZone }: ChosenText, links: Readonly<Record<string, string>>): string {
  return text.render({ links }, { locale: region, timeZone });
}
