/** Throws unless an inverse temperature can be used. */
export function checkBeta(name: string, beta: number): void {
  if (!(beta > 0 && beta < Infinity)) {
    throw new RangeError(`Cannot make ${name}: beta must be a finite number above 0, got ${beta}`);
  }
}

/** Throws unless there are enough reads. */
export function checkReads(name: string, reads: number, least: number): void {
  if (!Number.isSafeInteger(reads) || reads < least) {
    throw new RangeError(`Cannot make ${name}: reads must be an integer of ${least} or more, got ${reads}`);
  }
}

/** Throws unless a tilt can be used. */
export function checkTilt(name: string, tilt: number): void {
  if (!(tilt > 0 && tilt < Infinity)) {
    throw new RangeError(`Cannot make ${name}: tilt must be a finite number above 0, got ${tilt}`);
  }
}
