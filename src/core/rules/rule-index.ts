/**
 * Finds the rules that may hold for an event without looking at the others, and says of most of those it names that they do
 * hold. Comparisons of shared values with constants are answered for all rules at once, by bits; what remains (history,
 * recipients, parameters, other operators) is evaluated for the rules that are left. A rule that is left out is certainly
 * false. Where a value is missing or of another kind, rules that depend on it are evaluated in full, so that every answer,
 * and every doubt, is the same as without an index.
 */
import { disjunctsOf, residualOf } from './disjuncts.js';
import { Findings } from './findings.js';
import type { Frame } from './frame.js';
import { emptyBits, setBit } from './narrowing.js';
import type { Node, Test } from './node.js';
import type { SlotGroup } from './slot-group.js';
import { planGroups, readersFor, type Slot } from './slot-plan.js';
import { FALSE, TRUE } from './truth.js';

export interface Indexed {
  node: Node;
  /** Looked at for every event, such as edge rules, whose memory changes when they are false. */
  always: boolean;
}

/** The first `count` rules that may hold, in their order; each with a test that answers what its whole conditions would. */
export interface Selection<Rule> {
  count: number;
  rules: Rule[];
  tests: Test[];
}

export interface RuleIndex<Rule> {
  /** All of them, in their order. */
  readonly rules: readonly Rule[];
  /** Valid until the next call, which uses the same object again. */
  select(frame: Frame): Readonly<Selection<Rule>>;
  /** Those that may hold, in the same order. */
  candidates(frame: Frame): readonly Rule[];
}

/** The test of a rule whose conditions were found to hold, or not to. */
export const CERTAINLY: Test = () => TRUE;
export const BY_NO_MEANS: Test = () => FALSE;

/** `type`: of the events that it is asked for, as rules name it in `on`. */
export function indexRules<Rule extends Indexed>(rules: readonly Rule[], type: string): RuleIndex<Rule> {
  const plans = rules.map(({ node }) => disjunctsOf(node));
  const slots = plans.flatMap((disjuncts, rule) =>
    disjuncts.map(({ literals, residual }): Slot => ({ rule, literals, isOpen: residual.length > 0 })),
  );
  const readers = readersFor(type);
  const groups = planGroups(slots, readers.readerOf);
  // A rule of one alternative holds if the rest of it does; of several, nobody noted which are left.
  const openTests = rules.map(({ node }, at) => {
    const [only, ...others] = plans[at] ?? [];
    return (others.length === 0 && only !== undefined ? (residualOf(only) ?? node) : node).test;
  });
  const findings = new Findings(rules.length);
  const selector = new Selector(rules, openTests, findings);
  const [only] = groups;
  const hasShared = readers.hasShared();

  function select(frame: Frame): Selection<Rule> {
    if (hasShared) readers.nextEvent();
    if (groups.length === 1 && only !== undefined) only.collect(frame, findings);
    else collect(groups, frame, findings);
    return selector.conclude();
  }

  return {
    rules,
    select,
    candidates: (frame) => {
      const { rules: selected, count } = select(frame);
      return selected.slice(0, count);
    },
  };
}

function collect(groups: readonly SlotGroup[], frame: Frame, findings: Findings): void {
  for (const group of groups) group.collect(frame, findings);
}

/** Turns findings into rules with their tests, and wipes them. */
class Selector<Rule extends Indexed> {
  private readonly selection: Selection<Rule> = { count: 0, rules: [], tests: [] };
  private readonly all: readonly Rule[];
  private readonly openTests: readonly Test[];
  private readonly findings: Findings;
  /** Rules that are named whatever was found. */
  private readonly always: Int32Array;
  private readonly alwaysMarked: Int32Array;
  private readonly hasAlways: boolean;

  constructor(all: readonly Rule[], openTests: readonly Test[], findings: Findings) {
    this.all = all;
    this.openTests = openTests;
    this.findings = findings;
    this.always = emptyBits(all.length);
    this.hasAlways = all.some(({ always }) => always);
    this.alwaysMarked = emptyBits(this.always.length);
    for (const [at, rule] of all.entries()) {
      if (!rule.always) continue;
      setBit(this.always, at);
      setBit(this.alwaysMarked, at >>> 5);
    }
  }

  conclude(): Selection<Rule> {
    const { marked } = this.findings;
    this.selection.count = 0;
    if (!this.findings.isAny && !this.hasAlways) return this.selection;
    this.findings.isAny = false;
    for (let at = 0; at < marked.length; at++) {
      let words = (marked[at] as number) | (this.alwaysMarked[at] as number);
      marked[at] = 0;
      while (words !== 0) {
        this.concludeWord(at * 32 + 31 - Math.clz32(words & -words));
        words &= words - 1;
      }
    }
    return this.selection;
  }

  private concludeWord(at: number): void {
    const { selection, findings } = this;
    const sure = findings.sure[at] as number;
    const doubtful = findings.doubtful[at] as number;
    const open = findings.open[at] as number;
    findings.sure[at] = 0;
    findings.doubtful[at] = 0;
    findings.open[at] = 0;
    let word = sure | doubtful | open | (this.always[at] as number);
    while (word !== 0) {
      const bit = word & -word;
      word &= word - 1;
      const position = at * 32 + 31 - Math.clz32(bit);
      const rule = this.all[position] as Rule;
      selection.rules[selection.count] = rule;
      selection.tests[selection.count] =
        (sure & bit) !== 0
          ? CERTAINLY
          : (doubtful & bit) !== 0
            ? rule.node.test
            : (open & bit) !== 0
              ? (this.openTests[position] as Test)
              : BY_NO_MEANS;
      selection.count += 1;
    }
  }
}
