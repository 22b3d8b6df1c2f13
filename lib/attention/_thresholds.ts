const LEVELS = 4096;

/** A move is taken if its cost is below the temperature times one of these, `-ln u` for u one of 4096 levels. */
export const THRESHOLDS: Float32Array = Float32Array.from({ length: LEVELS }, (_, j) => -Math.log((j + 0.5) / LEVELS));
