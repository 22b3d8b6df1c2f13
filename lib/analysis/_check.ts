/** Throws unless `successes` of `trials` can be a count of runs that ended well. */
export function checkTrials(cannot: string, successes: number, trials: number): void {
  if (!Number.isSafeInteger(trials) || trials < 1) {
    throw new RangeError(`${cannot}: trials must be an integer from 1, got ${trials}`);
  }
  if (!Number.isSafeInteger(successes) || successes < 0 || successes > trials) {
    throw new RangeError(`${cannot}: successes must be an integer from 0 to the ${trials} trials, got ${successes}`);
  }
}

/** Throws unless the value is a number strictly between 0 and 1. */
export function checkOpenShare(cannot: string, name: string, value: number): void {
  if (!(value > 0 && value < 1)) throw new RangeError(`${cannot}: ${name} must lie between 0 and 1, got ${value}`);
}

/** Throws unless the value is a positive, finite number. */
export function checkPositive(cannot: string, name: string, value: number): void {
  if (!(value > 0) || !Number.isFinite(value)) {
    throw new RangeError(`${cannot}: ${name} must be a positive number, got ${value}`);
  }
}
