/** What conditions read, for an event that is the first of its account and has nobody to tell. */
import { parseEvent } from '../../src/core/event/parse-event.js';
import { emptyProfile } from '../../src/core/profile/profile.js';
import type { Frame } from '../../src/core/rules/frame.js';
import { NOW, TEST_SETTINGS } from './house.js';

/** `data` of a posted transaction. */
export function frameFor(data: object): Frame {
  const input = {
    specversion: '1.0',
    id: 'e1',
    source: 'core',
    type: 'transaction.posted',
    time: new Date(NOW).toISOString(),
    data,
  };
  const event = parseEvent(input, { now: NOW, futureToleranceMs: 0, origin: 'outside' });
  return {
    event,
    profile: emptyProfile(event.profile),
    context: { settings: TEST_SETTINGS, recipients: [], versions: {} },
    now: NOW,
    before: {},
    after: {},
    currency: event.amount?.currency ?? 'EUR',
  };
}
