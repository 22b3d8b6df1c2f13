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
    const around = low === 0 || Math.abs(low) >= 1 ? 0.5 : Math.abs(low) / 2;
    low -= around;
    high += around;
  }
  const distance = Math.max(niceStep((high - low) / count), step);
  const first = step > 0 ? low : Math.floor(low / distance) * distance;
  const last = step > 0 ? high : Math.ceil(high / distance) * distance;
  const ticks: number[] = [];
  for (let k = Math.ceil(first / distance - 1e-9); k * distance <= last + 1e-9 * distance; k++) {
    ticks.push(Number((k * distance).toPrecision(12)));
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

/**
 * An axis over powers of ten that keeps close to its values, all above 0: the marks are whole powers, at most `count`, or 1, 2
 * and 5 times a power where fewer than three whole ones lie inside. It reaches over a factor of four or more.
 */
export function tightLogAxis(values: readonly number[], range: readonly [number, number], count: number): Axis {
  const logs = values.filter((value) => Number.isFinite(value) && value > 0).map(Math.log10);
  let [low, high] = [Math.min(...logs), Math.max(...logs)];
  const missing = Math.max(0, Math.log10(4) - (high - low)) / 2;
  [low, high] = [low - missing, high + missing];
  const powers = wholeNumbers(low, high);
  const every = Math.ceil(powers.length / count);
  const fine = wholeNumbers(low - 1, high).flatMap((power) => [1, 2, 5].map((factor) => Number(`${factor}e${power}`)))
    .filter((value) => Math.log10(value) >= low && Math.log10(value) <= high);
  const ticks = powers.length < 3 ? fine : powers.filter((power) => power % every === 0).map((p) => Number(`1e${p}`));
  const at = (value: number) =>
    value > 0 ? range[0] + (Math.log10(value) - low) / (high - low) * (range[1] - range[0]) : NaN;
  return { domain: [10 ** low, 10 ** high], ticks, at };
}

function wholeNumbers(from: number, to: number): number[] {
  const first = Math.ceil(from);
  return Array.from({ length: Math.max(0, Math.floor(to) - first + 1) }, (_, i) => first + i);
}
