/** Reads what `/metrics` answers. */

export interface Exposition {
  /** Every metric by name, as declared, with the names of the labels seen on its samples. */
  labels: ReadonlyMap<string, ReadonlySet<string>>;
  /** Value by `name{label="value",...}`, labels in alphabetical order. */
  samples: ReadonlyMap<string, number>;
}

const SAMPLE = /^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/;
const LABEL = /([a-zA-Z_]\w*)="((?:[^"\\]|\\.)*)"/g;

export function readExposition(text: string): Exposition {
  const labels = new Map<string, Set<string>>();
  const samples = new Map<string, number>();
  const histograms = new Set<string>();
  for (const line of text.split('\n').filter(Boolean)) {
    const [, declared, type] = /^# TYPE (\S+) (\S+)$/.exec(line) ?? [];
    if (declared !== undefined) labels.set(declared, new Set());
    if (declared !== undefined && type === 'histogram') histograms.add(declared);
    if (line.startsWith('#')) continue;
    const [, name = '', inside = '', value] = SAMPLE.exec(line) ?? [];
    if (name === '') throw new Error(`not a sample: ${line}`);
    const pairs = [...inside.matchAll(LABEL)].map(([pair, label = '']) => ({ pair, label }));
    const sorted = pairs.map(({ pair }) => pair).sort();
    samples.set(sorted.length === 0 ? name : `${name}{${sorted.join(',')}}`, Number(value));
    const base = name.replace(/_(?:bucket|sum|count)$/, '');
    const metric = histograms.has(base) ? base : name;
    for (const { label } of pairs) labels.get(metric)?.add(label);
  }
  return { labels, samples };
}

/** The samples of these metrics, but for zeros and the buckets of histograms. */
export function figuresOf(text: string, ...names: string[]): Record<string, number> {
  const found = [...readExposition(text).samples].filter(
    ([sample, value]) => value !== 0 && names.some((name) => sample === name || sample.startsWith(`${name}{`)),
  );
  return Object.fromEntries(found);
}
