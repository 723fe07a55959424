export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** `at` in [0, 1]; the nearest value at or above. */
export function quantile(values: readonly number[], at: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.max(0, Math.ceil(at * sorted.length) - 1))] ?? Number.NaN;
}

/** Of two contestants measured in the same rounds: the median of the rounds' own ratios. */
export function medianRatio(above: readonly number[], below: readonly number[]): number {
  return median(above.map((value, round) => value / (below[round] ?? Number.NaN)));
}
