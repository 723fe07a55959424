/** Every kind of node of a JMESPath expression, compiled. What is not here is refused, with what to write instead. */
import type { compile as parse } from '@jmespath-community/jmespath';
import { mappingFunction } from '../functions/index.js';
import { ValueRefused } from '../mapping-refused.js';
import { comparison } from './comparison.js';
import { labelOf } from './label.js';
import { ExpressionMistake } from './mapping-mistake.js';
import { flattened, indexed, projected, sliced, valuesOf } from './projections.js';
import { grow, spend } from './run.js';
import { type Evaluate, withVariable } from './scope.js';
import { fieldOf, isFalse, NumberText, type Value, type ValueObject } from './value.js';

export type Node = ReturnType<typeof parse>;
type Of<Type extends Node['type']> = Extract<Node, { type: Type }>;

/** `null`, `true` and `false` as such are fields of these names in JMESPath; nobody means that. */
const WORDS = new Set(['null', 'true', 'false']);

/** @throws ExpressionMistake */
export function compileNode(node: Node, variables: ReadonlySet<string>): Evaluate {
  const inner = compileKind(node, variables);
  return (current, scope) => {
    spend(scope.run);
    return inner(current, scope);
  };
}

function compileKind(node: Node, known: ReadonlySet<string>): Evaluate {
  const compiled = (child: Node): Evaluate => compileNode(child, known);
  switch (node.type) {
    case 'Current':
    case 'Identity':
      return (current) => current;
    case 'Root':
      return (_current, { root }) => root;
    case 'Field':
      return field(node);
    case 'Literal':
      return constant(node.value);
    case 'Variable':
      return variable(node, known);
    case 'Subexpression':
    case 'IndexExpression':
      // The grammar binds `!` closer than a dot, which nobody means.
      if (node.left.type === 'NotExpression') throw new ExpressionMistake('write !(a.b): !a.b is the b of !a');
      return chained(compiled(node.left), compiled(node.right), node.type === 'Subexpression');
    case 'Pipe':
      return chained(compiled(node.left), compiled(node.right), false);
    case 'Index':
      return (current) => indexed(current, node.value);
    case 'Slice':
      if (node.step === 0) throw new ExpressionMistake('a slice cannot have the step 0');
      return (current, { run }) => sliced(current, node, run);
    case 'Projection':
      return projected(compiled(node.left), compiled(node.right), { text: isSlice(node.left) });
    case 'FilterProjection':
      return projected(compiled(node.left), compiled(node.right), { condition: compiled(node.condition) });
    case 'ValueProjection': {
      const left = compiled(node.left);
      return projected((current, scope) => valuesOf(left(current, scope)), compiled(node.right), {});
    }
    case 'Flatten':
      return flattened(compiled(node.child));
    case 'Comparator':
      return comparison(node.name, compiled(node.left), compiled(node.right));
    case 'AndExpression':
    case 'OrExpression':
      return either(compiled(node.left), compiled(node.right), node.type === 'OrExpression');
    case 'NotExpression': {
      const child = compiled(node.child);
      return (current, scope) => isFalse(child(current, scope));
    }
    case 'Ternary':
      return choice(compiled(node.condition), compiled(node.trueExpr), compiled(node.falseExpr));
    case 'MultiSelectList':
      return list(node.children.map(compiled));
    case 'MultiSelectHash':
      return object(node.children.map(({ name, value }) => [name, compiled(value)]));
    case 'LetExpression':
      return letting(node, known);
    case 'Function':
      return call(node, compiled);
    case 'Arithmetic':
    case 'Unary':
      throw new ExpressionMistake('arithmetic would go through a float: use add(a, b), subtract(a, b) or negate(a)');
    default:
      throw new ExpressionMistake('`&expression` is not taken here: write list[].expression');
  }
}

function field({ name }: Of<'Field'>): Evaluate {
  if (WORDS.has(name)) throw new ExpressionMistake(`the constant is written \`${name}\` between backticks`);
  return (current) => fieldOf(current, name);
}

function constant(value: unknown): Evaluate {
  const made = literalOf(value);
  return () => made;
}

function literalOf(json: unknown): Value {
  if (typeof json === 'number') return new NumberText(String(json));
  if (Array.isArray(json)) return json.map(literalOf);
  if (typeof json !== 'object' || json === null) return (json ?? null) as Value;
  return Object.fromEntries(Object.entries(json).map(([key, inner]) => [key, literalOf(inner)]));
}

function variable({ name }: Of<'Variable'>, known: ReadonlySet<string>): Evaluate {
  if (!known.has(name)) {
    throw new ExpressionMistake(
      `nothing is called $${name} here; there are ${[...known].map((one) => `$${one}`).join(', ')}`,
    );
  }
  return (_current, { variables }) => variables[name] ?? null;
}

/** A dot stops at what is absent; a pipe and an index go on, and say themselves what they make of it. */
function chained(left: Evaluate, right: Evaluate, stops: boolean): Evaluate {
  return (current, scope) => {
    const found = left(current, scope);
    return stops && found === null ? null : right(found, scope);
  };
}

function either(left: Evaluate, right: Evaluate, isOr: boolean): Evaluate {
  return (current, scope) => {
    const found = left(current, scope);
    return isFalse(found) === isOr ? right(current, scope) : found;
  };
}

function choice(condition: Evaluate, yes: Evaluate, no: Evaluate): Evaluate {
  return (current, scope) => (isFalse(condition(current, scope)) ? no(current, scope) : yes(current, scope));
}

function list(children: Evaluate[]): Evaluate {
  return (current, scope) => {
    grow(scope.run, children.length);
    return children.map((child) => child(current, scope));
  };
}

function object(children: [string, Evaluate][]): Evaluate {
  return (current, scope) => {
    grow(scope.run, children.length);
    const made: ValueObject = Object.create(null);
    for (const [name, child] of children) made[name] = child(current, scope);
    return made;
  };
}

function letting({ bindings, expression }: Of<'LetExpression'>, known: ReadonlySet<string>): Evaluate {
  const steps = bindings.map(({ variable: name, reference }) => ({ name, evaluate: compileNode(reference, known) }));
  const inner = compileNode(expression, new Set([...known, ...steps.map(({ name }) => name)]));
  return (current, scope) => {
    let within = scope;
    for (const { name, evaluate } of steps) within = withVariable(within, name, evaluate(current, scope));
    return inner(current, within);
  };
}

function call({ name, children }: Of<'Function'>, compiled: (child: Node) => Evaluate): Evaluate {
  const found = mappingFunction(name);
  if (found === undefined) throw new ExpressionMistake(`there is no function ${name}; docs/sources.md lists them`);
  const [least, most] = found.takes;
  if (children.length < least || children.length > most) {
    throw new ExpressionMistake(`${name} takes ${least === most ? least : `${least} to ${most}`} values`);
  }
  const argued = children.map(compiled);
  return (current, scope) => {
    const values = argued.map((one) => one(current, scope));
    try {
      return found.run(values, scope.run);
    } catch (error) {
      // The innermost call knows best what was there.
      if (!(error instanceof ValueRefused) || error.found.length > 0) throw error;
      const given = values.map((value, at) => ({ of: labelOf(children[at] as Node), value }));
      throw new ValueRefused(error.code, `${name}: ${error.message}`, given);
    }
  };
}

function isSlice(node: Node): boolean {
  return node.type === 'IndexExpression' && node.right.type === 'Slice';
}
