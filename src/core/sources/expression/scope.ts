/** What an expression sees: the item, and what has a name. */
import type { Run } from './run.js';
import type { Value } from './value.js';

export interface Scope {
  /** `$`. */
  root: Value;
  /** Without prototype. */
  variables: Readonly<Record<string, Value>>;
  run: Run;
}

/** `current`: `@`, which changes on the way through a path. */
export type Evaluate = (current: Value, scope: Scope) => Value;

export function withVariable(scope: Scope, name: string, value: Value): Scope {
  const variables: Record<string, Value> = Object.assign(Object.create(null), scope.variables);
  variables[name] = value;
  return { ...scope, variables };
}
