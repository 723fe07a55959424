/** Rules that ask the customer to answer YES or NO: the key, the text and the sender have to agree. */
import type { RuleDocument } from '../../contracts/rule.js';
import { parseDuration } from '../event/duration.js';
import { oneWaySenders, type Senders } from '../replies/one-way.js';
import { type Report, tryReport } from './lint-report.js';
import { readMessages } from './read-messages.js';
import type { Place } from './rule-file.js';

const WEEK = 7 * 86_400_000;
/** "Reply YES or NO", "vastake JAH", "answer Y/N". The words are written in capitals, as every such text does. */
const ASKS =
  /\b(?:[Rr]eply|[Rr]espond|[Aa]nswer|[Tt]ext|[Ss]end|[Vv]asta\w*|[Ss]aat\w*)\b[^.!?]{0,40}?["'\u2018\u201c]?\b(?:YES|NO|Y|N|JAH|EI)\b/;
const OUTPUT = /\{\{.*?\}\}|\{%.*?%\}/gs;

/** What can be said without the texts. @param senders of the configuration; absent where none is at hand */
export function lintReply(rule: RuleDocument, senders: Senders | undefined, report: Report): void {
  if (rule.reply === undefined) return;
  const window = tryReport(report, ['reply', 'window'], 'Write "PT24H"', () => parseDuration(rule.reply?.window));
  if (window !== undefined && window > WEEK) {
    const message = 'an answer after more than a week says little about one alert';
    report(['reply', 'window'], { code: 'reply-window-long', severity: 'warning', message, fix: 'Write "PT24H"' });
  }
  if (rule.notify === 'bank' || rule.lane !== 'security') {
    const message = 'only security alerts to customers ask for a reply';
    report(['reply'], { code: 'reply-unfit', message, fix: 'Write "lane": "security", or remove "reply"' });
    return;
  }
  const names = senders === undefined ? [] : oneWaySenders(senders, rule);
  if (names.length === 0) return;
  const message = `the text asks for a reply, and its sender "${names[0]}" is a name that nobody can answer`;
  report(['reply'], { code: 'reply-one-way', message, fix: 'Give the lane, or its routes, a number as sender' });
}

/** Whether each text asks for a reply exactly where the rule says so. @param report of messages.json */
export function lintReplyTexts(document: unknown, rule: RuleDocument, report: Report): void {
  const name = rule.event.params.message;
  for (const [locale, texts] of Object.entries(readMessages(document, name))) {
    const { text, discreet } = texts[name] ?? { text: '' };
    for (const [source, place] of [
      [text, [locale, name, 'text']],
      [discreet ?? '', [locale, name, 'discreet']],
    ] as [string, Place][]) {
      if (ASKS.test(source.replace(OUTPUT, ' ')) && rule.reply === undefined) {
        const message = 'the text asks for a reply, and the rule does not wait for one';
        report(place, { code: 'reply-missing', message, fix: 'Add "reply": { "window": "PT24H" } to rule.json' });
      }
    }
    if (rule.reply !== undefined && text !== '' && !ASKS.test(text.replace(OUTPUT, ' '))) {
      const message = 'the rule waits for a reply, and this text does not ask for YES or NO';
      report([locale, name, 'text'], {
        code: 'reply-unasked',
        severity: 'warning',
        message,
        fix: 'Say "Reply YES or NO"',
      });
    }
  }
}
