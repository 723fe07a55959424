import type { Problem, RuleFile } from './rule-file.js';
export function lintRuleSet(_files: readonly RuleFile[]): Problem[] {
  return [];
}
