/** A straight axis: where a value lies, and which values are marked. */
export interface Axis {
  /** Values at the two ends. */
  readonly domain: readonly [number, number];
  /** Values that carry a mark, ascending, inside the domain. */
  readonly ticks: readonly number[];
  /** Position of a value in the drawing. */
  readonly at: (value: number) => number;
}

/** An axis over the values, with round marks; `step` is the smallest distance between marks. */
export function axisOver(values: readonly number[], range: readonly [number, number], count: number, step = 0): Axis {
  const finite = values.filter(Number.isFinite);
  let low = finite.length > 0 ? Math.min(...finite) : 0;
  let high = finite.length > 0 ? Math.max(...finite) : 1;
  if (low === high) {
    low -= 0.5;
    high += 0.5;
  }
  const distance = Math.max(niceStep((high - low) / count), step);
  const first = step > 0 ? low : Math.floor(low / distance) * distance;
  const last = step > 0 ? high : Math.ceil(high / distance) * distance;
  const ticks: number[] = [];
  for (let k = Math.ceil(first / distance - 1e-9); k * distance <= last + 1e-9 * distance; k++) {
    ticks.push(Math.round(k * distance * 1e6) / 1e6);
  }
  const at = (value: number) => range[0] + (value - first) / (last - first) * (range[1] - range[0]);
  return { domain: [first, last], ticks, at };
}

/** The smallest of 1, 2, 5 times a power of ten that is at least `rough`. */
export function niceStep(rough: number): number {
  const power = 10 ** Math.floor(Math.log10(rough));
  for (const factor of [1, 2, 5]) if (factor * power >= rough * (1 - 1e-9)) return factor * power;
  return 10 * power;
}

/** An axis over powers of ten, for values above 0; whole powers carry marks, and 2 and 5 times them where these are few. */
export function logAxisOver(values: readonly number[], range: readonly [number, number]): Axis {
  const finite = values.filter((value) => Number.isFinite(value) && value > 0);
  const first = Math.floor(Math.log10(Math.min(...finite)) + 1e-9);
  const last = Math.max(first + 1, Math.ceil(Math.log10(Math.max(...finite)) - 1e-9));
  const factors = last - first > 2 ? [1] : [1, 2, 5];
  const ticks: number[] = [];
  for (let power = first; power <= last; power++) {
    for (const factor of factors) if (factor === 1 || power < last) ticks.push(Number(`${factor}e${power}`));
  }
  const at = (value: number) =>
    value > 0 ? range[0] + (Math.log10(value) - first) / (last - first) * (range[1] - range[0]) : NaN;
  return { domain: [10 ** first, 10 ** last], ticks, at };
}
