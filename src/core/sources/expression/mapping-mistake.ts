/** What is wrong with a mapping itself: told when it is compiled, every mistake at once. */
export interface MappingMistake {
  /** Pointer into mapping.json. */
  at: string;
  message: string;
}

/** Thrown while one expression is compiled. */
export class ExpressionMistake extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ExpressionMistake';
  }
}
