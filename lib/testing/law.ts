/** One law of a conformance suite. */
export interface Law {
  /** What must hold, for the name of a test. */
  readonly name: string;
  /** Checks it; rejects with an AssertionError where it does not hold. */
  run(): Promise<void>;
}
