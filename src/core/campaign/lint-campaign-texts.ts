/** A campaign's texts: each variant has them, each can be written, and each says how to have no more of them. */
import type { CampaignDocument } from '../../contracts/campaign.js';
import { LedgerbellError } from '../../contracts/errors.js';
import { hostsIn, isLinkAllowed } from '../message/links.js';
import { type CompiledText, compileText } from '../message/render.js';
import { measureText } from '../message/segments.js';
import { normaliseReply } from '../replies/normalise-reply.js';
import { oneWaySenders } from '../replies/one-way.js';
import { replyPolicy } from '../replies/policy.js';
import type { Report } from '../rules/lint-report.js';
import { lintTypography } from '../rules/lint-typography.js';
import { lintWording } from '../rules/lint-wording.js';
import { suggest } from '../rules/nearest.js';
import { readMessages } from '../rules/read-messages.js';
import type { Place } from '../rules/rule-file.js';
import { type CampaignFinding, partReport } from './campaign-finding.js';
import { variantsOf } from './compile-campaign.js';
import type { CampaignSurroundings } from './lint-campaign.js';

/** As long as a token of ours. */
const TOKEN = '0'.repeat(13);
/** "STOP to 12345": where a reply can be sent that the sender's name cannot take. */
const NUMBER = /(?<![\w.])\+?\d[\d ]{2,14}\b/;

/** What stands for the links of a customer in a text that nobody gets. */
export function sampleLinks({ links = {} }: CampaignDocument, base = 'https://link.example'): Record<string, string> {
  return Object.fromEntries(Object.keys(links).map((name) => [name, `${base}/${TOKEN}`]));
}

export function lintCampaignTexts(
  document: CampaignDocument,
  source: unknown,
  around: CampaignSurroundings,
  findings: CampaignFinding[],
): void {
  const messages = readMessages(source, document.name);
  const report = partReport(findings, 'messages');
  const wanted = new Set(variantsOf(document).map(({ message }) => message));
  if (!Object.hasOwn(messages, 'en')) {
    const message = 'there is no "en": customers with a language that is missing get whichever comes first';
    report([], { code: 'locale-missing', severity: 'warning', message, fix: 'Add English texts' });
  }
  for (const [locale, texts] of Object.entries(messages)) {
    for (const name of wanted) {
      const found = texts[name];
      if (found === undefined) {
        const message = `"${locale}" has no message "${name}", which a variant sends`;
        report([locale], { code: 'message-missing', message, fix: suggest(name, Object.keys(texts)) });
        continue;
      }
      lintOne(found.text, [locale, name, 'text'], { document, around, locale }, report);
      if (found.discreet !== undefined)
        lintOne(found.discreet, [locale, name, 'discreet'], { document, around, locale }, report);
    }
    for (const name of Object.keys(texts)) {
      if (wanted.has(name)) continue;
      const message = `no variant sends the message "${name}"`;
      report([locale, name], { code: 'message-unused', severity: 'warning', message, fix: 'Remove it' });
    }
  }
}

interface TextScope {
  document: CampaignDocument;
  around: CampaignSurroundings;
  locale: string;
}

function lintOne(source: string, place: Place, scope: TextScope, report: Report): void {
  const { document, around, locale } = scope;
  lintWording(source, 'marketing', around.texts ?? {}, place, report);
  lintTypography(source, place, report);
  const text = readable(source, place, scope, report);
  if (text === undefined) return;
  const links = sampleLinks(document, around.linkBase);
  const rendered = rendering(text, links, locale, place, report);
  if (rendered === undefined) return;
  lintHosts(rendered, around, place, report);
  lintWayOut(rendered, text, place, scope, report);
  const { parts, encoding } = measureText(rendered);
  if (parts === 1) return;
  const why = encoding === 'ucs-2' ? '; a letter outside GSM-7 makes each part 67 characters' : '';
  const message = `the text takes ${parts} SMS${why}`;
  report(place, { code: 'text-parts', severity: 'warning', message, fix: 'Shorten it to one' });
}

function readable(source: string, place: Place, { document }: TextScope, report: Report): CompiledText | undefined {
  let text: CompiledText;
  try {
    text = compileText(source);
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    report(place, { code: error.code, message: error.message, fix: 'See docs/rules/messages.md' });
    return undefined;
  }
  const known = Object.keys(document.links ?? {}).map((name) => `links.${name}`);
  const unknown = text.variables().find((name) => !known.includes(name));
  if (unknown === undefined) return text;
  const message = `a campaign's text cannot show "${unknown}"`;
  const fix = known.length === 0 ? 'It shows nothing but "links"' : suggest(unknown, known);
  report(place, { code: 'variable-unknown', message, fix });
  return undefined;
}

function rendering(
  text: CompiledText,
  links: Record<string, string>,
  locale: string,
  place: Place,
  report: Report,
): string | undefined {
  try {
    return text.render({ links }, { locale, timeZone: 'Europe/Tallinn' });
  } catch (error) {
    if (!(error instanceof LedgerbellError)) throw error;
    report(place, { code: error.code, message: error.message, fix: 'See docs/rules/messages.md' });
    return undefined;
  }
}

/** The address of our own links has to be allowed as any other: what is not is refused when it is about to leave. */
function lintHosts(rendered: string, { texts }: CampaignSurroundings, place: Place, report: Report): void {
  const host = hostsIn(rendered).find((one) => !isLinkAllowed(texts, one));
  if (host === undefined) return;
  const message = `texts.json does not allow links to ${host}, and the message would not leave`;
  report(place, { code: 'link-not-allowed', message, fix: 'Allow the host in texts.json' });
}

/** Words in capitals, as such a word is written: a non-stop offer says nothing of the kind. */
function capitalsOf(text: string): string {
  return (text.match(/(?<![\p{L}\p{N}-])[\p{Lu}\p{N}]+(?![\p{L}\p{N}-])/gu) ?? []).join(' ');
}

/** By the words that we take for a STOP in this language, or by a link to where a customer says no. */
function lintWayOut(rendered: string, text: CompiledText, place: Place, scope: TextScope, report: Report): void {
  const { document, around, locale } = scope;
  const { wayOut } = document;
  if (wayOut !== undefined && text.variables().includes(`links.${wayOut}`)) return;
  const stops = replyPolicy(around.replies, undefined, [locale]).words.get('stop') ?? new Set<string>();
  const said = ` ${normaliseReply(capitalsOf(rendered))} `;
  if (![...stops].some((word) => said.includes(` ${word} `))) {
    const message = `the text does not say how to have no more of these: none of ${[...stops].join(', ')}, and no link that is the way out`;
    report(place, { code: 'way-out-missing', message, fix: 'Add "STOP ends these", or {{ links.<wayOut> }}' });
    return;
  }
  const names = oneWaySenders(around.senders, { lane: 'marketing', topic: document.topic });
  if (names.length === 0 || NUMBER.test(rendered)) return;
  const message = `the text asks for a STOP, and its sender "${names[0]}" is a name that nobody can answer`;
  const fix = 'Say "STOP to" and a number that you receive at, or give the marketing lane a number as sender';
  report(place, { code: 'way-out-one-way', message, fix });
}
