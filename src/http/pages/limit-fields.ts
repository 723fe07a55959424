/** The fields of a topic's own values: what each is, what the bank's value is, and what is allowed. */
import type { LimitChoice, TopicChoice } from '../../flows/preference-links/choices.js';
import { FIELD } from '../../flows/preference-links/read-form.js';
import { type ChoicesForm, filledOr } from './choices-form.js';
import { textField } from './field.js';
import type { Html } from './html.js';
import { problemOf } from './problem-words.js';
import { boundsOf, limitTitle, shownAmount, shownNumber } from './shown.js';
import type { PageTexts } from './texts/index.js';

export function limitFields(page: ChoicesForm, topic: TopicChoice): Html[] {
  return topic.limits.map((limit) => {
    const name = FIELD.limit(topic.name, limit);
    const known = limit.value ?? '';
    return textField({
      name,
      label: limitTitle(limit, page.texts),
      value: filledOr(page, name, limit.type === 'texts' ? known : shownNumber(known, page.texts)),
      hints: hintsOf(limit, page.texts),
      problem: problemOf(page, name),
      numeric: limit.type !== 'texts',
      lines: limit.type === 'texts',
      ...(limit.currency === undefined ? {} : { unit: limit.currency }),
    });
  });
}

function hintsOf(limit: LimitChoice, texts: PageTexts): string[] {
  const words = texts.choices;
  const shown = limit.type === 'texts' ? limit.default : limit.default && shownAmount(limit.default, limit, texts);
  return [
    ...(limit.type === 'texts' ? [words.onePerLine] : []),
    ...boundsOf(limit, texts),
    ...(shown === undefined ? [] : [words.bankValue(shown)]),
  ];
}
