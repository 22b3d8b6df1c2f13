// The TypeScript twin of assembly/heat_baths.ts: every float32 operation of the states in the same order, so that they are equal.
import type { Floats, Words } from "./arena.ts";
import { exp32, log32, product32 } from "./_float32.ts";
import type { HeatBathRun, HeatBaths, HeatBathSlopes } from "./heat_baths.ts";
import { nextBits } from "./_next_bits.ts";

const f = Math.fround;
const LANES = 4;

/** Four streams out of one, four words each. */
function openLanes(stream: Words): Words {
  return Uint32Array.from({ length: 4 * LANES }, () => nextBits(stream, 0));
}

/** `s_j + sum_r C_r (x_{j - r} + x_{j + r})`. */
function pull(score: number, x: ArrayLike<number>, j: number, C: Floats): number {
  let sum = score;
  for (let r = C.length; r > 0; r--) sum = f(sum + product32(C[r - 1], (x[j - r] ?? 0) + (x[j + r] ?? 0)));
  return sum;
}

/** `ln(u / (1 - u))`, what the pull has to pass. */
function bar(word: number): number {
  const u = (word >>> 8 | 1) * 2 ** -24;
  return f(log32(u) - log32(1 - u));
}

export function heatBaths(
  { problems, tokens: N, chains, scores, couplings, chosen }: HeatBaths,
  { sweeps, stream, marginals }: HeatBathRun,
): void {
  const words = openLanes(stream);
  for (let b = 0; b < problems; b++) {
    const s = scores.subarray(b * N, (b + 1) * N), m = marginals.subarray(b * N, (b + 1) * N).fill(0);
    for (let first = 0; first < chains; first += LANES) {
      const lanes = Array.from({ length: LANES }, () => new Uint8Array(N));
      lanes.forEach((x, lane) => {
        for (let j = 0; j < N; j++) x[j] = nextBits(words, 4 * lane) >>> 31;
        for (let sweep = 0; sweep < sweeps; sweep++) {
          for (let j = 0; j < N; j++) {
            x[j] = pull(s[j], x, j, couplings) > bar(nextBits(words, 4 * lane)) ? 1 : 0;
          }
        }
      });
      lanes.slice(0, chains - first).forEach((x, lane) => {
        chosen.set(x, (b * chains + first + lane) * N);
        for (let j = 0; j < N; j++) m[j] = f(m[j] + f(1 / f(1 + exp32(-pull(s[j], x, j, couplings)))));
      });
    }
    for (let j = 0; j < N; j++) m[j] = f(f(1 / chains) * m[j]);
  }
}

export function heatBathsBackward(
  { problems, tokens: N, chains, couplings, chosen }: HeatBaths,
  { slopes, dscores, dcouplings }: HeatBathSlopes,
): void {
  for (let b = 0; b < problems; b++) {
    const g = slopes.subarray(b * N, (b + 1) * N), ds = new Float64Array(N);
    const states = Array.from(
      { length: chains },
      (_, c) => chosen.subarray((b * chains + c) * N, (b * chains + c + 1) * N),
    );
    const sums = states.map((x) => x.reduce((sum, value, j) => sum + value * g[j], 0));
    const mean = sums.reduce((sum, value) => sum + value, 0) / chains;
    states.forEach((x, c) => {
      const w = (sums[c] - mean) / (chains - 1);
      for (let j = 0; j < N; j++) {
        if (!x[j]) continue;
        ds[j] += w;
        for (let r = 1; r <= couplings.length && j + r < N; r++) dcouplings[r - 1] += w * x[j + r];
      }
    });
    dscores.set(ds, b * N);
  }
}
