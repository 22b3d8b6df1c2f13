/** Loads between two looks at the clock. */
const LOADS = 64;

/**
 * Waits until a control word is no longer `value`: it looks again and again for `spinMs`, then sleeps.
 *
 * A thread that sleeps wakes late, by tens of microseconds and sometimes by a large part of a step; one that spins takes up
 * work at once. So it spins for as long as the gap between two steps usually is, and no longer.
 *
 * @param spinMs how long it may spin; 0 where there are more threads than cores, which would take the core from the work
 * @param limitMs how long it may sleep after that
 * @returns whether the word changed in time
 */
export function awaitChange(
  control: Int32Array<SharedArrayBuffer>,
  place: number,
  value: number,
  spinMs: number,
  limitMs = Infinity,
): boolean {
  const until = performance.now() + spinMs;
  do {
    for (let i = 0; i < LOADS; i++) {
      if (Atomics.load(control, place) !== value) return true;
      pause?.();
    }
  } while (performance.now() < until);
  return Atomics.wait(control, place, value, limitMs) !== "timed-out";
}

/** How long {@link awaitWork} waits, ms. */
export interface WorkLimits {
  /** How long it may spin, as that of {@link awaitChange}. */
  readonly spinMs: number;
  /** Time between two looks at the beats. */
  readonly lookMs: number;
  /** Looks without a beat after which the others are given up. */
  readonly looks: number;
}

/**
 * Waits until a control word has come to `value`, as long as others go on working: they add to the word `beats` as they do.
 *
 * It counts looks and not time: a process that was stopped for an hour, or sent to the background, finds one look lost.
 *
 * @returns whether the word came to the value; false where nothing moved over all looks
 */
export function awaitWork(
  control: Int32Array<SharedArrayBuffer>,
  place: number,
  value: number,
  beats: number,
  { spinMs, lookMs, looks }: WorkLimits,
): boolean {
  let quiet = 0, beat = Atomics.load(control, beats);
  while (quiet < looks) {
    const now = Atomics.load(control, place);
    if (now === value) return true;
    const last = beat, changed = awaitChange(control, place, now, spinMs, lookMs);
    beat = Atomics.load(control, beats);
    quiet = changed || beat !== last ? 0 : quiet + 1;
  }
  return Atomics.load(control, place) === value;
}

// tells the processor that this is a spin loop, where the engine has a word for it
const { pause } = Atomics as { pause?: () => void };
