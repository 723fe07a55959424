/** What the customers' pages say, in one language. Amounts and times come in as they are shown. */

export interface PageTexts {
  /** BCP 47, of the page. */
  language: string;
  /** The language in its own words. */
  ownName: string;
  /** What the page is called in a link from another language. */
  readHere: string;
  languages: string;
  skip: string;
  footer: string;
  /** How decimals are written. */
  decimalMark: '.' | ',';
  choices: {
    title: string;
    intro: string;
    until(time: string): string;
    chosenTitle: string;
    chosenAbout: string;
    alwaysTitle: string;
    alwaysAbout: string;
    always: string;
    why: string;
    wanted: string;
    /** Beside the box of a topic that needs a consent; recorded word for word. */
    consent: string;
    stopped: string;
    limit: string;
    bankValue(value: string): string;
    between(min: string, max: string): string;
    atLeast(min: string): string;
    atMost(max: string): string;
    onePerLine: string;
    /** What texts that may be chosen are called; by themselves where absent. */
    options: Readonly<Record<string, string>>;
    quietTitle: string;
    quietAbout: string;
    from: string;
    to: string;
    timeHint: string;
    phraseTitle: string;
    phraseAbout: string;
    phrase: string;
    phraseHint: string;
    phraseLockScreen: string;
    phraseCodes: string;
    languageTitle: string;
    languageAbout: string;
    language: string;
    save: string;
    once: string;
  };
  problems: {
    prefix: string;
    title: string;
    amount(example: string): string;
    number: string;
    list: string;
    time: string;
    bothTimes: string;
    sameTime: string;
    phraseShort: string;
    phraseUnfit: string;
    language: string;
    mandatory: string;
    other: string;
  };
  saved: { title: string; body: string; more: string };
  link: {
    expired: { title: string; body: string };
    used: { title: string; body(time: string): string };
    invalid: { title: string; body: string };
    refused: { title: string; body: string };
    failed: { title: string; body: string };
    next: string;
  };
  verify: {
    title: string;
    intro: string;
    label: string;
    hint: string;
    ask: string;
    yes: string;
    yesBody: string;
    topic: string;
    sent: string;
    number: string;
    compare: string;
    no: string;
    noBody: string;
    advice: readonly string[];
    again: string;
    limited: { title: string; body: string };
  };
  shortLink: {
    nowhere: { title: string; body: string };
    limited: { title: string; body: string };
    failed: { title: string; body: string };
    next: string;
  };
}
