/** The page of a link: every topic with what it is, and all that its customer can choose. Works without a script. */
import { LONGEST_PHRASE } from '../../core/message/phrase.js';
import type { TopicChoice } from '../../flows/preference-links/choices.js';
import { FIELD, type FormMistake } from '../../flows/preference-links/read-form.js';
import { FORM_TOKEN } from '../../flows/preference-links/save-choices.js';
import { type ChoicesForm, filledOr, tickedOr } from './choices-form.js';
import { hidden, selectField, textField, tickField } from './field.js';
import { type Html, html } from './html.js';
import { limitFields } from './limit-fields.js';
import type { Page } from './page.js';
import { problemOf } from './problem-words.js';
import { shownTime, topicAbout, topicTitle } from './shown.js';
import { PAGE_TEXTS, type PageTexts, textsFor } from './texts/index.js';

/** The name of the field, and of the query parameter, that says in which language the page is. */
export const PAGE_LANGUAGE = 'lang';

export function choicesPage(page: ChoicesForm): Page {
  const { texts, bank, link, choices, filled } = page;
  const words = texts.choices;
  const always = choices.topics.filter(({ consent }) => consent === 'mandatory');
  const chosen = choices.topics.filter(({ consent }) => consent !== 'mandatory');
  const body = html`<h1>${words.title}</h1>
<p>${words.intro}</p>
<p class="about">${words.until(shownTime(link.endsAt, texts, choices.timeZone))} ${words.once}</p>
${filled !== undefined && summary(page, filled.mistakes)}${choices.stopped && html`<p class="note" role="note">${words.stopped}</p>`}
<form method="post" accept-charset="utf-8" novalidate>
${hidden(FORM_TOKEN, link.formToken)}${hidden(PAGE_LANGUAGE, texts.language)}
<h2>${words.chosenTitle}</h2>
<p class="about">${words.chosenAbout}</p>
${chosen.map((topic) => chosenTopic(page, topic))}
${
  always.length > 0 &&
  html`<h2>${words.alwaysTitle}</h2>
<p class="about">${words.alwaysAbout}</p>
${always.map((topic) => mandatoryTopic(page, topic))}`
}
${quietHours(page)}${phrase(page)}${languages(page)}
<p class="save"><button type="submit">${words.save}</button></p>
</form>`;
  const title = filled === undefined ? words.title : `${texts.problems.prefix}${words.title}`;
  return { texts, bank, title, body, languages: otherLanguages(texts) };
}

/** Following one loses what was filled in, so they stand at the top, before anything is. */
export function otherLanguages(texts: PageTexts): Page['languages'] {
  return PAGE_TEXTS.filter((one) => one !== texts).map(({ language, readHere }) => ({
    language,
    name: readHere,
    href: `?${PAGE_LANGUAGE}=${language}`,
  }));
}

function summary(page: ChoicesForm, mistakes: readonly FormMistake[]): Html {
  const { texts } = page;
  return html`<div class="summary" role="alert" tabindex="-1" autofocus>
<h2>${texts.problems.title}</h2>
<ul>${mistakes.map(({ field }) => html`<li><a href="#${field}">${fieldName(page, field)}: ${problemOf(page, field)}</a></li>`)}</ul>
</div>
`;
}

/** What a field is called where it is not in its place. */
function fieldName({ texts, choices }: ChoicesForm, field: string): string {
  const [kind, name] = field.split('/');
  const topic = choices.topics.find((one) => one.name === name);
  if ((kind === 'limit' || kind === 'wanted') && topic !== undefined) return topicTitle(topic, texts);
  if (kind === 'quiet') return texts.choices.quietTitle;
  return kind === 'phrase' ? texts.choices.phraseTitle : texts.choices.languageTitle;
}

function chosenTopic(page: ChoicesForm, topic: TopicChoice): Html {
  const { texts } = page;
  const name = FIELD.wanted(topic.name);
  const about = topicAbout(topic, texts);
  return html`<fieldset class="card"><legend>${topicTitle(topic, texts)}</legend>
${about !== undefined && html`<p class="about" id="${name}/about">${about}</p>`}
${hidden(FIELD.shown, topic.name)}${tickField({
  name,
  label: topic.consent === 'opt-in' ? texts.choices.consent : texts.choices.wanted,
  checked: tickedOr(page, name, topic.wanted),
  problem: problemOf(page, name),
  ...(about === undefined ? {} : { about: `${name}/about` }),
})}${limitFields(page, topic)}</fieldset>
`;
}

function mandatoryTopic(page: ChoicesForm, topic: TopicChoice): Html {
  const { texts } = page;
  const about = topicAbout(topic, texts);
  const because = topicAbout({ ...topic, about: topic.because }, texts);
  const words = html`${about !== undefined && html`<p class="about">${about}</p>`}
${because !== undefined && html`<p><b>${texts.choices.why}</b> ${because}</p>`}
<p><span class="badge">${texts.choices.always}</span></p>`;
  if (topic.limits.length === 0) {
    return html`<section class="card"><h3>${topicTitle(topic, texts)}</h3>
${words}</section>
`;
  }
  return html`<fieldset class="card"><legend>${topicTitle(topic, texts)}</legend>
${words}
${hidden(FIELD.shown, topic.name)}${limitFields(page, topic)}</fieldset>
`;
}

function quietHours(page: ChoicesForm): Html {
  const { quietTitle, quietAbout, from, to, timeHint } = page.texts.choices;
  const { quietHours: known } = page.choices.preferences;
  const field = (name: string, label: string, value: string): Html =>
    textField({ name, label, value: filledOr(page, name, value), problem: problemOf(page, name), type: 'time' });
  return html`<fieldset class="card apart"><legend><h2>${quietTitle}</h2></legend>
<p class="about">${quietAbout}</p>
<div class="two">${field(FIELD.quietFrom, from, known?.from ?? '')}${field(FIELD.quietTo, to, known?.to ?? '')}</div>
<p class="hint">${timeHint}</p></fieldset>
`;
}

function phrase(page: ChoicesForm): Html {
  const words = page.texts.choices;
  const { phrase: known } = page.choices.preferences;
  const tick = (name: string, label: string, checked: boolean | undefined): Html =>
    tickField({ name, label, checked: tickedOr(page, name, checked === true) });
  return html`<fieldset class="card apart"><legend><h2>${words.phraseTitle}</h2></legend>
<p class="about">${words.phraseAbout}</p>
${textField({
  name: FIELD.phrase,
  label: words.phrase,
  value: filledOr(page, FIELD.phrase, known?.text ?? ''),
  hints: [words.phraseHint],
  problem: problemOf(page, FIELD.phrase),
  maximum: LONGEST_PHRASE,
})}${tick(FIELD.phraseLockScreen, words.phraseLockScreen, known?.lockScreen)}${tick(FIELD.phraseCodes, words.phraseCodes, known?.codes)}</fieldset>
`;
}

function languages(page: ChoicesForm): Html | false {
  const { texts, choices } = page;
  if (choices.languages.length < 2) return false;
  const { languageTitle, languageAbout, language } = texts.choices;
  const current = choices.locale.split('-')[0] ?? '';
  const all = [...new Set([...choices.languages, current])];
  const options = all.map((value) => ({ value, label: languageName(value), language: value }));
  return html`<h2>${languageTitle}</h2>
<div class="card"><p class="about">${languageAbout}</p>
${selectField({
  name: FIELD.language,
  label: language,
  value: filledOr(page, FIELD.language, current),
  options,
  problem: problemOf(page, FIELD.language),
})}</div>
`;
}

/** In its own words, as whoever looks for it reads it. */
function languageName(language: string): string {
  const texts = textsFor(language);
  if (texts.language === language) return texts.ownName;
  return new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language;
}
