/** A compiled condition tree: leaves shared between rules, cheap ones first, stopping as soon as the answer is known. */
import type { Frame } from './frame.js';
import type { Doubt, Leaf } from './leaf.js';
import type { Scratch } from './scratch.js';
import { FALSE, negate, TRUE, type Truth, UNKNOWN } from './truth.js';

/** Answers for one frame; made when rules are compiled. */
export type Test = (frame: Frame, scratch: Scratch) => Truth;

interface Compiled {
  perRecipient: boolean;
  cost: number;
  test: Test;
}

export type Node =
  | ({ kind: 'all' | 'any'; children: readonly Node[] } & Compiled)
  | ({ kind: 'not'; child: Node } & Compiled)
  | ({ kind: 'leaf'; leaf: Leaf } & Compiled);

export function evaluateNode(node: Node, frame: Frame, scratch: Scratch): Truth {
  return node.test(frame, scratch);
}

export function leafOf(leaf: Leaf): Node {
  const { perRecipient, cost, isShared, test } = leaf;
  return {
    kind: 'leaf',
    leaf,
    perRecipient,
    cost,
    test: isShared
      ? (frame, scratch) => scratch.remember(leaf, frame)
      : (frame, scratch) => scratch.settle(test(frame)),
  };
}

export function notOf(child: Node): Node {
  const { perRecipient, cost, test } = child;
  return { kind: 'not', child, perRecipient, cost, test: (frame, scratch) => negate(test(frame, scratch)) };
}

export function allOf(children: readonly Node[]): Node {
  return children.length === 1 ? (children[0] as Node) : listOf('all', children);
}

export function listOf(kind: 'all' | 'any', unsorted: readonly Node[]): Node {
  const children = [...unsorted].sort((a, b) => a.cost - b.cost);
  const tests = children.map(({ test }) => test);
  return {
    kind,
    children,
    perRecipient: children.some((child) => child.perRecipient),
    cost: children.reduce((sum, child) => sum + child.cost, 0),
    test: kind === 'all' ? listTest(tests, FALSE, TRUE) : listTest(tests, TRUE, FALSE),
  };
}

/** `decisive` ends the list; without it the answer is `otherwise`, or unknown where any child was. */
function listTest(tests: readonly Test[], decisive: Truth, otherwise: Truth): Test {
  return (frame, scratch) => {
    let result = otherwise;
    for (let at = 0; at < tests.length; at++) {
      const truth = (tests[at] as Test)(frame, scratch);
      if (truth === decisive) return decisive;
      if (truth === UNKNOWN) result = UNKNOWN;
    }
    return result;
  };
}

/**
 * What keeps a tree from having the `wanted` answer, where that is not known. A fact that is merely missing wins over an
 * error only where it stands in the way whatever the error would have said.
 */
export function doubtOf(node: Node, frame: Frame, scratch: Scratch, wanted: Truth = TRUE): Doubt | undefined {
  if (node.test(frame, scratch) !== UNKNOWN) return undefined;
  if (node.kind === 'leaf') return node.leaf.doubt(frame);
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
