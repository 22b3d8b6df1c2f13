// The TypeScript twins of assembly/divergence.ts, in float64 between loads and stores.
import type { Floats } from "./arena.ts";
import { roundUp4 } from "./round_up_4.ts";

const EPSILON = 1e-6;

/** See `Kernels.divergences`. */
export function divergences(heads: number, tokens: number, width: number, p: Floats, r: Floats, J: Floats): void {
  const row = roundUp4(width), stride = roundUp4(tokens);
  for (let t = 0; t < heads; t++) {
    for (let i = 0; i < tokens; i++) {
      const pi = (t * tokens + i) * row;
      for (let j = 0; j < tokens; j++) {
        const rj = (t * tokens + j) * row;
        let sum = 0;
        for (let a = 0; a < width; a++) {
          const x = p[pi + a], y = r[rj + a];
          const m = (x + y) / 2 + EPSILON;
          sum += x * Math.log2(x / m + EPSILON) + y * Math.log2(y / m + EPSILON);
        }
        J[(t * tokens + i) * stride + j] = sum / 2;
      }
    }
  }
}

/** See `Kernels.divergencesBackward`. */
export function divergencesBackward(
  heads: number,
  tokens: number,
  width: number,
  p: Floats,
  r: Floats,
  dJ: Floats,
  dp: Floats,
  dr: Floats,
): void {
  const row = roundUp4(width), stride = roundUp4(tokens);
  dp.fill(0, 0, heads * tokens * row);
  dr.fill(0, 0, heads * tokens * row);
  for (let t = 0; t < heads; t++) {
    for (let i = 0; i < tokens; i++) {
      const pi = (t * tokens + i) * row;
      for (let j = 0; j < tokens; j++) {
        const rj = (t * tokens + j) * row;
        const slope = dJ[(t * tokens + i) * stride + j] / 2 * Math.LOG2E;
        for (let a = 0; a < width; a++) {
          const m = (p[pi + a] + r[rj + a]) / 2 + EPSILON;
          const x = p[pi + a] / m, y = r[rj + a] / m;
          const u = x + EPSILON, v = y + EPSILON;
          const dm = (x * x / u + y * y / v) / 2;
          dp[pi + a] += slope * (Math.log(u) + x / u - dm);
          dr[rj + a] += slope * (Math.log(v) + y / v - dm);
        }
      }
    }
  }
}
