/** What a PromQL expression names, read with Prometheus' own grammar. */
import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

export interface Selected {
  /** The metric, without `_bucket`, `_sum` and `_count` where `histogram_quantile` or an average asks for them. */
  metric: string;
  /** Labels that are matched, or kept by an aggregation around it. */
  labels: readonly string[];
}

/** @throws Error where the expression is no PromQL */
export function selectionsOf(expression: string): Selected[] {
  const tree = parser.parse(expression);
  const text = (node: SyntaxNode) => expression.slice(node.from, node.to);
  const found: Selected[] = [];
  tree.iterate({
    enter(reference) {
      const { node } = reference;
      if (node.type.isError) throw new Error(`not PromQL at ${node.from}: ${expression}`);
      if (node.name !== 'VectorSelector') return;
      const metric = node.getChild('Identifier');
      if (metric === null) throw new Error(`a selector without a name: ${expression}`);
      const matched = named(node, 'LabelName', text);
      found.push({ metric: text(metric), labels: [...matched, ...groupedAround(node, text)] });
    },
  });
  return found;
}

/** Labels of every `by (...)` that the selector stands in. */
function groupedAround(selector: SyntaxNode, text: (node: SyntaxNode) => string): string[] {
  const labels: string[] = [];
  for (let node = selector.parent; node !== null; node = node.parent) {
    if (node.name !== 'AggregateExpr') continue;
    const modifier = node.getChild('AggregateModifier');
    if (modifier !== null) labels.push(...named(modifier, 'LabelName', text));
  }
  return labels;
}

function named(root: SyntaxNode, name: string, text: (node: SyntaxNode) => string): string[] {
  const found: string[] = [];
  root.cursor().iterate((reference) => {
    if (reference.name === name) found.push(text(reference.node));
  });
  return found;
}
