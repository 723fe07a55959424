/** A campaign's segment: the same conditions as a rule's, read of a customer without any event. */

import { LedgerbellError } from '../../contracts/errors.js';
import type { Condition } from '../../contracts/rule.js';
import type { Recipient, Settings } from '../context.js';
import { emptyProfile } from '../profile/profile.js';
import { ConditionCompiler } from '../rules/compile.js';
import type { Frame } from '../rules/frame.js';
import { evaluateNode, type Node } from '../rules/node.js';
import { Scratch } from '../rules/scratch.js';
import { TRUE } from '../rules/truth.js';

/** Paths of the fact `customer` that are known without an event. */
export const SEGMENT_PATHS: readonly string[] = [
  'id',
  'role',
  'status',
  'locale',
  'timeZone',
  'home.country',
  'registered',
  'daysSinceRegistered',
];

export interface Segment {
  node: Node;
  scratch: Scratch;
}

/** @throws LedgerbellError naming what has to be mended */
export function compileSegment(conditions: Condition, topic: string): Segment {
  const compiler = new ConditionCompiler({}, noSeries);
  const node = compiler.compile(conditions, { parameters: {}, topic });
  return { node, scratch: new Scratch(compiler.leafCount) };
}

function noSeries(): never {
  throw new LedgerbellError('segment-fact', 'A segment reads the customer, and no history');
}

/** What is not known does not match. */
export function matches({ node, scratch }: Segment, frame: Frame): boolean {
  scratch.nextEvent();
  return evaluateNode(node, frame, scratch) === TRUE;
}

const NOTHING = emptyProfile('campaign');

/** @param now epoch milliseconds */
export function segmentFrame(recipient: Recipient, settings: Settings, now: number, entity: string): Frame {
  const { customerId } = recipient;
  return {
    event: {
      entity,
      source: 'ledgerbell/campaigns',
      id: 'segment',
      type: 'customer.updated',
      time: now,
      profile: `customer:${customerId}`,
      customerId,
      learn: false,
      data: {},
    },
    profile: NOTHING,
    context: { settings, recipients: [recipient], versions: {} },
    now,
    recipient,
    before: {},
    after: {},
    currency: settings.rates.base,
  };
}
