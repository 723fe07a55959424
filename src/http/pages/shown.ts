/** Values as a customer reads them on a page. */
import { DateTime } from 'luxon';
import { wordingIn } from '../../core/message/wording.js';
import type { LimitChoice, TopicChoice } from '../../flows/preference-links/choices.js';
import type { PageTexts } from './texts/index.js';

/** With the zone's own name, since whoever reads it may be elsewhere. */
export function shownTime(at: number, texts: PageTexts, timeZone: string): string {
  return DateTime.fromMillis(at, { zone: timeZone, locale: texts.language }).toLocaleString({
    ...DateTime.DATETIME_FULL,
    timeZoneName: 'short',
  });
}

export function shownNumber(value: string, { decimalMark }: PageTexts): string {
  return value.replace('.', decimalMark);
}

export function shownAmount(value: string, { currency }: LimitChoice, texts: PageTexts): string {
  const number = shownNumber(value, texts);
  return currency === undefined ? number : `${number} ${currency}`;
}

/** A topic that nobody worded is called by its name. */
export function topicTitle({ name, title }: Pick<TopicChoice, 'name' | 'title'>, { language }: PageTexts): string {
  const plain = name.replaceAll(/[-_]/g, ' ');
  return wordingIn(title, language) ?? plain.charAt(0).toUpperCase() + plain.slice(1);
}

export function topicAbout({ about }: TopicChoice, { language }: PageTexts): string | undefined {
  return wordingIn(about, language);
}

export function limitTitle({ title }: LimitChoice, texts: PageTexts): string {
  return wordingIn(title, texts.language) ?? texts.choices.limit;
}

/** What stands beside the box of a topic that needs a consent, word for word: the ledger keeps it. */
export function consentWording(topic: TopicChoice, texts: PageTexts): string {
  return [`${topicTitle(topic, texts)}.`, topicAbout(topic, texts), texts.choices.consent].filter(Boolean).join(' ');
}

/** What is allowed, as a sentence; none where everything is. */
export function boundsOf(limit: LimitChoice, texts: PageTexts): string[] {
  const { between, atLeast, atMost } = texts.choices;
  // That an amount is not negative needs no saying.
  const isSaid = limit.min !== undefined && !(limit.type === 'money' && Number(limit.min) === 0);
  const min = isSaid ? shownAmount(limit.min ?? '', limit, texts) : undefined;
  const max = limit.max === undefined ? undefined : shownAmount(limit.max, limit, texts);
  if (min !== undefined && max !== undefined) return [between(min, max)];
  if (min !== undefined) return [atLeast(min)];
  return max === undefined ? [] : [atMost(max)];
}
