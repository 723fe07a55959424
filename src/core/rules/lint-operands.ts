/** Whether an operator makes sense between two kinds of value: text is never compared as a number, nor a list as a text. */
import type { Finding } from './lint-report.js';
import { COMPARISONS, ORDERINGS } from './operators.js';
import type { Kind } from './value-kinds.js';

export interface Operands {
  left: Kind;
  right: Kind;
  /** The operator without its decorators, and as it is written. */
  base: string;
  operator: string;
  /** Whether the right side is a constant of the rule. */
  constant: boolean;
}

/** The first thing wrong between the two sides, or undefined. */
export function operandFault(operands: Operands): Finding | undefined {
  const { base, left, right } = operands;
  if (base === 'in' || base === 'notIn') return listFault(operands);
  if (base === 'contains' || base === 'doesNotContain') return containsFault(operands);
  if (base === 'matches') return matchesFault(operands);
  if (!COMPARISONS.has(base)) return undefined;
  if (right === 'unfit') return UNFIT;
  if (left === 'list' || right === 'list') return COMPARED_LIST;
  return ORDERINGS.has(base) ? orderingFault(operands) : equalityFault(operands);
}

const UNFIT: Finding = {
  code: 'value-unfit',
  message: 'this cannot be compared with anything',
  fix: 'Write a text, a number, true, false, a list, amounts by currency, or another fact',
};
const COMPARED_LIST: Finding = {
  code: 'list-compared',
  message: 'a list is never equal to anything, nor more or less',
  fix: 'Use in (the value is one of a list), contains (the fact is a list), or someFact: before the operator',
};

const NUMERIC: ReadonlySet<Kind> = new Set(['money', 'exact', 'number']);

function orderingFault({ operator, left, right, constant }: Operands): Finding | undefined {
  const isDecimalText = constant && right === 'text' && (left === 'money' || left === 'exact');
  if (isDecimalText) return undefined;
  if (left === 'text' || right === 'text') {
    const isNumber = left === 'number' && constant;
    return {
      code: isNumber ? 'text-as-number' : 'text-ordered',
      message: isNumber
        ? 'a number is compared with a text'
        : `"${operator}" orders numbers and amounts, and one side is text`,
      fix: isNumber ? 'Remove the double quotes' : 'Use equal, in or matches on texts',
    };
  }
  if (left === 'boolean' || right === 'boolean') {
    return {
      code: 'boolean-ordered',
      message: `"${operator}" orders numbers and amounts, and one side is true or false`,
      fix: 'Use equal',
    };
  }
  return mixedNumbers(left, right, constant);
}

function equalityFault({ left, right, constant }: Operands): Finding | undefined {
  if (left === 'any' || right === 'any') return undefined;
  if (NUMERIC.has(left) && NUMERIC.has(right)) return mixedNumbers(left, right, constant);
  if (left === right) return undefined;
  if (constant && right === 'text' && (left === 'money' || left === 'exact')) return undefined;
  return {
    code: 'kinds-differ',
    message: `${WORDS[left]} is never equal to ${WORDS[right]}`,
    fix:
      right === 'text' && constant
        ? 'Remove the double quotes'
        : left === 'text' && constant
          ? 'Put the value in double quotes'
          : 'Compare values of one kind',
  };
}

const WORDS: Readonly<Record<Kind, string>> = {
  money: 'an amount',
  exact: 'a number',
  number: 'a number',
  text: 'a text',
  boolean: 'true or false',
  list: 'a list',
  any: 'a value',
  unfit: 'this',
};

/** A number of things is no amount of money; a constant beside an amount is one in the event's own currency. */
function mixedNumbers(left: Kind, right: Kind, constant: boolean): Finding | undefined {
  if (left === 'any' || right === 'any' || (left === 'money') === (right === 'money')) return undefined;
  if (constant && left === 'money') return undefined;
  return {
    code: 'kinds-differ',
    message: 'an amount is compared with a plain number',
    fix: 'Compare amounts with amounts: a money parameter, a currency map, or a history of amount',
  };
}

function listFault({ operator, left, right }: Operands): Finding | undefined {
  if (right === 'text') {
    return {
      code: 'in-needs-a-list',
      message: `"${operator}" on a text would match parts of it`,
      fix: 'Write a list: ["debit"]',
    };
  }
  if (right !== 'list' && right !== 'any') {
    return { code: 'in-needs-a-list', message: `"${operator}" needs a list`, fix: 'Write a list: ["card", "fee"]' };
  }
  return left === 'money' ? notForMoney(operator) : undefined;
}

function containsFault({ operator, left }: Operands): Finding | undefined {
  if (left === 'list' || left === 'any') return undefined;
  if (left === 'money') return notForMoney(operator);
  return {
    code: 'contains-needs-a-list',
    message: `"${operator}" asks whether a list holds something, and this fact is no list`,
    fix: 'Use in (the value is one of a list), or matches on texts',
  };
}

function matchesFault({ left, right, constant }: Operands): Finding | undefined {
  if (!constant || right !== 'text') {
    return {
      code: 'pattern-malformed',
      message: 'the value must be a regular expression in double quotes',
      fix: 'See docs/rules/writing-a-rule.md',
    };
  }
  if (left === 'text' || left === 'any') return undefined;
  return left === 'money'
    ? notForMoney('matches')
    : { code: 'kinds-differ', message: 'only texts can match a regular expression', fix: 'Use equal' };
}

function notForMoney(operator: string): Finding {
  return {
    code: 'operator-not-for-money',
    message: `"${operator}" cannot compare amounts`,
    fix: 'Use equal, lessThan, greaterThan and their inclusive forms',
  };
}
