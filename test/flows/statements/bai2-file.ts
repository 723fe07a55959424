/** A BAI2 file of so many credits to one account after another, its totals right; and a source that takes such files. */
import { withDefaults } from '../../../src/core/sources/parameters.js';
import type { ReadySource } from '../../../src/flows/sources/ready-source.js';
import type { StatementFile } from '../../../src/flows/statements/statement-file.js';
import { loadMapping } from '../../../src/registry/sources.js';

/** The shipped mapping, as `night` in the configuration. */
export function nightSource(): ReadySource {
  const { mapping } = loadMapping('bai2', '.');
  return {
    name: 'night',
    mapping,
    parameters: withDefaults(mapping.document.parameters, {}),
    learn: false,
    credentials: new Map(),
    secretHeaders: new Set(),
    fetched: { get: () => undefined, set: () => undefined },
  };
}

export interface FileOptions {
  accounts?: number;
  name?: string;
  /** The place of a detail that moves no money. */
  message?: number;
  /** The place of a detail whose amount is beyond what can be kept. */
  beyond?: number;
}

/** More than a safe integer of cents. */
const BEYOND = 99_999_999_999_999_900n;

/** Amounts are 1.00, 2.00, ... in the order of the entries. */
export function bai2File(entries: number, options: FileOptions = {}): StatementFile & { text: string } {
  const { accounts = 3, name = 'night.bai', message = -1, beyond = -1 } = options;
  const amountOf = (at: number): bigint => (at === beyond ? BEYOND : BigInt((at + 1) * 100));
  const lines = ['01,BANK,US,261109,0200,1,,,2/', '02,US,BANK,1,261108,2359,EUR,2/'];
  let all = 0n;
  for (let account = 0; account < accounts; account += 1) {
    const own = Array.from({ length: entries }, (_, at) => at).filter((at) => at % accounts === account);
    const sum = own.reduce((total, at) => total + amountOf(at), 0n);
    lines.push(`03,70${account},,,,,/`);
    for (const at of own) lines.push(`16,${at === message ? 890 : 165},${amountOf(at)},0,B-${at},,PAYMENT ${at}/`);
    lines.push(`49,${sum},${own.length + 2}/`);
    all += sum;
  }
  lines.push(`98,${all},${accounts},${lines.length}/`, `99,${all},1,${lines.length + 2}/`, '');
  return fileOf(lines.join('\n'), name);
}

export function fileOf(text: string, name = 'night.bai'): StatementFile & { text: string } {
  const bytes = Buffer.from(text);
  async function* open(): AsyncGenerator<Uint8Array> {
    for (let from = 0; from < bytes.length; from += 4096) yield bytes.subarray(from, from + 4096);
  }
  return { name, bytes: bytes.length, open, text };
}
