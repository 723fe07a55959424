/** The fields of a topic's own values: what each is, what the bank's value is, and what is allowed. */
import type { LimitChoice, TopicChoice } from '../../flows/preference-links/choices.js';
import { FIELD } from '../../flows/preference-links/read-form.js';
import { type ChoicesForm, filledOr, tickedAmong } from './choices-form.js';
import { textField, tickField } from './field.js';
import { type Html, html } from './html.js';
import { problemOf } from './problem-words.js';
import { boundsOf, limitTitle, shownAmount, shownNumber } from './shown.js';
import type { PageTexts } from './texts/index.js';

export function limitFields(page: ChoicesForm, topic: TopicChoice): Html[] {
  return topic.limits.map((limit) =>
    limit.options === undefined ? valueField(page, topic, limit) : optionFields(page, topic, limit, limit.options),
  );
}

function valueField(page: ChoicesForm, topic: TopicChoice, limit: LimitChoice): Html {
  const { texts } = page;
  const name = FIELD.limit(topic.name, limit);
  const known = limit.value ?? '';
  return textField({
    name,
    label: limitTitle(limit, texts),
    value: filledOr(page, name, limit.type === 'texts' ? known : shownNumber(known, texts)),
    hints: hintsOf(limit, texts),
    problem: problemOf(page, name),
    numeric: limit.type !== 'texts',
    lines: limit.type === 'texts',
    ...(limit.currency === undefined ? {} : { unit: limit.currency }),
  });
}

/** A box for each text that may be chosen. */
function optionFields(page: ChoicesForm, topic: TopicChoice, limit: LimitChoice, options: readonly string[]): Html {
  const { texts } = page;
  const name = FIELD.limit(topic.name, limit);
  const known = (limit.value ?? limit.default ?? '').split('\n');
  const boxes = options.map((value) =>
    tickField({
      name,
      value,
      label: texts.choices.options[value] ?? value,
      checked: tickedAmong(page, name, value, known),
    }),
  );
  return html`<fieldset class="group" id="${name}"><legend>${limitTitle(limit, texts)}</legend>
${boxes}</fieldset>
`;
}

function hintsOf(limit: LimitChoice, texts: PageTexts): string[] {
  const words = texts.choices;
  const usual =
    limit.type === 'texts'
      ? limit.default?.replaceAll('\n', ', ')
      : limit.default && shownAmount(limit.default, limit, texts);
  return [
    ...(limit.type === 'texts' ? [words.onePerLine] : []),
    ...boundsOf(limit, texts),
    ...(usual === undefined ? [] : [words.bankValue(usual)]),
  ];
}
