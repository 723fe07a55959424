/** `==`, `!=`, and the order of numbers by their exact value; anything else has no order and gives null. */
import { spend } from './run.js';
import type { Evaluate } from './scope.js';
import { areEqual, compareNumbers, NumberText } from './value.js';

export type Comparator = 'GT' | 'LT' | 'GTE' | 'LTE' | 'NE' | 'EQ';

const ORDER: Readonly<Record<Exclude<Comparator, 'EQ' | 'NE'>, (order: number) => boolean>> = {
  GT: (order) => order > 0,
  GTE: (order) => order >= 0,
  LT: (order) => order < 0,
  LTE: (order) => order <= 0,
};

export function comparison(name: Comparator, left: Evaluate, right: Evaluate): Evaluate {
  if (name === 'EQ' || name === 'NE') {
    return (current, scope) => {
      const equal = areEqual(left(current, scope), right(current, scope), () => spend(scope.run));
      return equal === (name === 'EQ');
    };
  }
  const holds = ORDER[name];
  return (current, scope) => {
    const [a, b] = [left(current, scope), right(current, scope)];
    if (!(a instanceof NumberText) || !(b instanceof NumberText)) return null;
    const order = compareNumbers(a, b);
    return order === undefined ? null : holds(order);
  };
}
