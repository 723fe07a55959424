/**
 * A condition tree as alternatives, each a list of things that must all hold: literals that an index understands, and the
 * rest. Three-valued logic distributes and obeys De Morgan, so that the alternatives say exactly what the tree says.
 */
import { type Literal, negateLiteral } from './literal.js';
import { allOf, type Node, notOf } from './node.js';

export interface Disjunct {
  literals: readonly Literal[];
  residual: readonly Node[];
}

/** A tree that needs more alternatives is evaluated instead. */
const MOST = 6;

export function disjunctsOf(node: Node, negated = false): readonly Disjunct[] {
  switch (node.kind) {
    case 'leaf':
      return [literalOf(node, negated)];
    case 'not':
      return disjunctsOf(node.child, !negated);
    default:
      return (node.kind === 'all') === negated
        ? alternatives(node, node.children, negated)
        : product(node.children, negated);
  }
}

function literalOf(node: Node & { kind: 'leaf' }, negated: boolean): Disjunct {
  const { literal } = node.leaf;
  const known = literal !== undefined && negated ? negateLiteral(literal) : literal;
  return known === undefined ? rest(node, negated) : { literals: [known], residual: [] };
}

/** Where one alternative cannot be narrowed down, none of them helps. */
function alternatives(node: Node, children: readonly Node[], negated: boolean): readonly Disjunct[] {
  const found = children.flatMap((child) => disjunctsOf(child, negated));
  if (found.length === 1) return found;
  if (found.length > MOST || found.some(({ literals }) => literals.length === 0)) return [rest(node, negated)];
  return found;
}

function product(children: readonly Node[], negated: boolean): readonly Disjunct[] {
  const parts = children.map((child) => ({ child, found: disjunctsOf(child, negated) }));
  parts.sort((a, b) => a.found.length - b.found.length);
  let result: readonly Disjunct[] = [{ literals: [], residual: [] }];
  for (const { child, found } of parts) {
    const factors = result.length * found.length > MOST ? [rest(child, negated)] : found;
    result = result.flatMap((one) => factors.map((other) => both(one, other)));
  }
  return result;
}

function both(one: Disjunct, other: Disjunct): Disjunct {
  return { literals: [...one.literals, ...other.literals], residual: [...one.residual, ...other.residual] };
}

function rest(node: Node, negated: boolean): Disjunct {
  return { literals: [], residual: [negated ? notOf(node) : node] };
}

/** What is left to evaluate where all literals hold. */
export function residualOf({ residual }: Disjunct): Node | undefined {
  return residual.length === 0 ? undefined : allOf(residual);
}
