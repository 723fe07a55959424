/**
 * What a value is called in an expression, for people: `request.amount`, `$parameters.currency`, `items[0].id`. Names of
 * everything it is made of are in it, since they tell whether it is personal.
 */
import type { compile as parse } from '@jmespath-community/jmespath';

type Node = ReturnType<typeof parse>;

export function labelOf(node: Node): string {
  if (node.type === 'Field') return node.name;
  if (node.type === 'Variable') return `$${node.name}`;
  if (node.type === 'Root') return '$';
  if (node.type === 'Current' || node.type === 'Identity') return '@';
  if (node.type === 'Literal') return 'constant';
  if (node.type === 'Index') return `[${node.value}]`;
  if (node.type === 'Subexpression') return `${labelOf(node.left)}.${labelOf(node.right)}`;
  if (node.type === 'IndexExpression') return `${labelOf(node.left)}${labelOf(node.right)}`;
  if (node.type === 'Function') return `${node.name}(${node.children.map(labelOf).join(', ')})`;
  if (node.type === 'MultiSelectList') return `[${node.children.map(labelOf).join(', ')}]`;
  if (node.type === 'OrExpression' || node.type === 'AndExpression' || node.type === 'Pipe') {
    return `${labelOf(node.left)}, ${labelOf(node.right)}`;
  }
  return '...';
}
