/** Absent and undefined are the same to us, not to a deep comparison: leaves the undefined keys out. */
export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as T;
}
