/** topics.json against the rules that use it. */
import type { RuleDocument, Topic, Wording } from '../../contracts/rule.js';
import type { Report } from './lint-report.js';
import { nearest } from './nearest.js';

/** Findings in topics.json itself. */
export function lintTopics(
  topics: Readonly<Record<string, Topic>>,
  rules: readonly RuleDocument[],
  report: Report,
): void {
  for (const [name, topic] of Object.entries(topics)) {
    if (topic.consent === 'mandatory' && isUnworded(topic.because)) {
      report([name], {
        code: 'topic-needs-because',
        message: `"${name}" is mandatory, and customers are not told why`,
        fix: 'Add "because" in words for the customer',
      });
    }
    // What customers agree to is for campaigns too.
    if (topic.consent === 'opt-in' || rules.some((rule) => rule.topic === name)) continue;
    const message = `no rule has the topic "${name}"`;
    report([name], { code: 'topic-unused', severity: 'warning', message, fix: 'Remove it, or use it' });
  }
}

/** Findings at a rule's own topic. */
export function lintTopicOf(rule: RuleDocument, topics: Readonly<Record<string, Topic>>, report: Report): void {
  const topic = Object.hasOwn(topics, rule.topic) ? topics[rule.topic] : undefined;
  if (topic === undefined) {
    const close = nearest(rule.topic, Object.keys(topics));
    report(['topic'], {
      code: 'topic-unlisted',
      severity: 'warning',
      message: `topics.json does not list "${rule.topic}"; it is ${rule.lane === 'marketing' ? 'opt-in' : 'opt-out'}`,
      fix: close === undefined ? 'Add it to topics.json' : `Did you mean "${close}"?`,
    });
  } else if (rule.lane === 'marketing' && topic.consent !== 'opt-in') {
    report(['lane'], {
      code: 'marketing-needs-opt-in',
      message: `marketing needs a consent on record, and the topic "${rule.topic}" is ${topic.consent}`,
      fix: 'Make the topic opt-in, or choose another lane',
    });
  }
}

function isUnworded(wording: Wording | undefined): boolean {
  const texts = typeof wording === 'object' ? Object.values(wording) : [wording ?? ''];
  return texts.every((text) => text.trim() === '');
}
