/** Three-valued logic: a condition on something that is not known is neither true nor false. */
export const FALSE = 0;
export const TRUE = 1;
export const UNKNOWN = 2;
export type Truth = typeof FALSE | typeof TRUE | typeof UNKNOWN;

/** Unknown for another reason than that a fact is missing, which somebody may have to be told. */
export const TROUBLED = 3;
export type Answer = Truth | typeof TROUBLED;

export function negate(truth: Truth): Truth {
  if (truth === UNKNOWN) return UNKNOWN;
  return truth === TRUE ? FALSE : TRUE;
}
