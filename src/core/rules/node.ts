/** A compiled condition tree: leaves shared between rules, cheap ones first, stopping as soon as the answer is known. */
import type { Frame } from './frame.js';
import type { Leaf } from './leaf.js';
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
