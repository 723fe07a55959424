/**
 * An expression becomes closures, once. The grammar and its parser are those of JMESPath Community; evaluation is ours, so that
 * every step is counted, numbers keep their text and nothing is read from a prototype. Held to the library by the
 * differential test test/core/sources/expression.test.ts.
 */
import { compile as parse } from '@jmespath-community/jmespath';
import { ExpressionMistake } from './mapping-mistake.js';
import { compileNode, type Node } from './nodes.js';
import type { Evaluate } from './scope.js';

export interface Expression {
  text: string;
  evaluate: Evaluate;
}

const LONGEST = 4000;
const DEEPEST = 40;
const MOST_NODES = 600;

/**
 * @param variables names that `$name` may say
 * @throws ExpressionMistake
 */
export function compileExpression(text: string, variables: ReadonlySet<string>): Expression {
  if (text.trim() === '') throw new ExpressionMistake('an expression may not be empty; leave the field out');
  if (text.length > LONGEST) throw new ExpressionMistake(`an expression may have ${LONGEST} characters`);
  const node = parsed(text);
  checkSize(node);
  return { text, evaluate: compileNode(node, variables) };
}

function parsed(text: string): Node {
  try {
    return parse(text);
  } catch (error) {
    const reason = error instanceof Error ? error.message.replace(/\s+/g, ' ').slice(0, 200) : 'it cannot be read';
    throw new ExpressionMistake(`this is no JMESPath: ${reason}. Constant text is written 'so'`);
  }
}

function checkSize(root: Node): void {
  let nodes = 0;
  const visit = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (Array.isArray(value)) {
      for (const item of value) visit(item, depth);
      return;
    }
    nodes += 1;
    if (depth > DEEPEST || nodes > MOST_NODES) throw new ExpressionMistake('the expression is too large: use `let`');
    for (const [key, inner] of Object.entries(value)) {
      if (key !== 'value' || (value as { type?: string }).type === 'KeyValuePair') visit(inner, depth + 1);
    }
  };
  visit(root, 0);
}
