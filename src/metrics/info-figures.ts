/** What is running: the build and the rule set. */
import { Gauge, type Registry } from 'prom-client';

export interface InfoOptions {
  version: string;
  sources: { ruleSetId(): string; rulesBroken(): boolean };
}

export function createInfoFigures(registry: Registry, { version, sources }: InfoOptions): void {
  const registers = [registry];
  new Gauge({
    name: 'ledgerbell_build_info',
    help: 'Version of the service and of Node.js',
    labelNames: ['version', 'node'],
    registers,
  }).set({ version, node: process.version }, 1);
  new Gauge({
    name: 'ledgerbell_rule_set_info',
    help: 'The rule set that runs',
    labelNames: ['id'],
    registers,
    collect() {
      this.reset();
      this.set({ id: sources.ruleSetId() }, 1);
    },
  });
  new Gauge({
    name: 'ledgerbell_rules_broken',
    help: '1 while the rule files cannot be taken and the last good set runs on',
    registers,
    collect() {
      this.set(sources.rulesBroken() ? 1 : 0);
    },
  });
}
