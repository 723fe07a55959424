/** A compiled condition tree: leaves shared between rules, cheap ones first, stopping as soon as the answer is known. */
import type { Frame } from './frame.js';
import type { Doubt, Leaf } from './leaf.js';
import type { Scratch } from './scratch.js';
import { FALSE, negate, TRUE, type Truth, UNKNOWN } from './truth.js';

export type Node =
  | { kind: 'all' | 'any'; children: readonly Node[]; perRecipient: boolean; cost: number; name?: string }
  | { kind: 'not'; child: Node; perRecipient: boolean; cost: number; name?: string }
  | { kind: 'leaf'; leaf: Leaf; perRecipient: boolean; cost: number };

export function evaluateNode(node: Node, frame: Frame, scratch: Scratch): Truth {
  switch (node.kind) {
    case 'leaf':
      return scratch.leaf(node.leaf, frame);
    case 'not':
      return negate(evaluateNode(node.child, frame, scratch));
    case 'all':
      return evaluateList(node.children, FALSE, TRUE, frame, scratch);
    case 'any':
      return evaluateList(node.children, TRUE, FALSE, frame, scratch);
  }
}

/** `decisive` ends the list; without it the answer is `otherwise`, or unknown where any child was. */
function evaluateList(
  children: readonly Node[],
  decisive: Truth,
  otherwise: Truth,
  frame: Frame,
  scratch: Scratch,
): Truth {
  let result = otherwise;
  for (const child of children) {
    const truth = evaluateNode(child, frame, scratch);
    if (truth === decisive) return decisive;
    if (truth === UNKNOWN) result = UNKNOWN;
  }
  return result;
}

/**
 * What keeps a tree from having the `wanted` answer, where that is not known. A fact that is merely missing wins over an
 * error only where it stands in the way whatever the error would have said.
 */
export function doubtOf(node: Node, frame: Frame, scratch: Scratch, wanted: Truth = TRUE): Doubt | undefined {
  if (evaluateNode(node, frame, scratch) !== UNKNOWN) return undefined;
  if (node.kind === 'leaf') return scratch.takeDoubt();
  if (node.kind === 'not') return doubtOf(node.child, frame, scratch, negate(wanted));
  const doubts = node.children
    .map((child) => doubtOf(child, frame, scratch, wanted))
    .filter((doubt) => doubt !== undefined);
  const oneSuffices = (node.kind === 'any') === (wanted === TRUE);
  return doubts.find((doubt) => isMissing(doubt) !== oneSuffices) ?? doubts[0];
}

export function isMissing(doubt: Doubt): boolean {
  return doubt.code === 'fact-missing';
}
