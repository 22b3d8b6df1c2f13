// Jensen-Shannon divergences between the rows of two sets of distributions, and their gradients. Rows are padded with zeros
// to whole lanes: a pad adds 0 log2(1e-6) = 0.
import { at, log4, sum4 } from "./vector";

const EPSILON: f32 = 1e-6;
const LOG2E: f32 = 1.44269504088896341;

// J_ij = 1/2 sum p log2(p / m + eps) + 1/2 sum r log2(r / m + eps), m = (p + r) / 2 + eps, of `heads` heads of N rows
export function divergences(heads: i32, tokens: i32, blocks: i32, p: usize, r: usize, J: usize, ld: i32): void {
  const row = blocks << 2;
  const eps = f32x4.splat(EPSILON), half = f32x4.splat(0.5);
  for (let t = 0; t < heads; t++) {
    const ps = at(p, t * tokens * row), rs = at(r, t * tokens * row), js = at(J, t * tokens * ld);
    for (let i = 0; i < tokens; i++) {
      const pi = at(ps, i * row);
      for (let j = 0; j < tokens; j++) {
        const rj = at(rs, j * row);
        let sum = f32x4.splat(0);
        for (let a = 0; a < row; a += 4) {
          const x = v128.load(at(pi, a)), y = v128.load(at(rj, a));
          const m = f32x4.add(f32x4.mul(f32x4.add(x, y), half), eps);
          const inverse = f32x4.div(f32x4.splat(1), m);
          const u = f32x4.add(f32x4.mul(x, inverse), eps), v = f32x4.add(f32x4.mul(y, inverse), eps);
          sum = f32x4.add(sum, f32x4.add(f32x4.mul(x, log4(u)), f32x4.mul(y, log4(v))));
        }
        store<f32>(at(js, i * ld + j), <f32>0.5 * LOG2E * sum4(sum));
      }
    }
  }
}

// dp and dr are written whole
export function divergencesBackward(
  heads: i32, tokens: i32, blocks: i32, p: usize, r: usize, dJ: usize, ld: i32, dp: usize, dr: usize,
): void {
  const row = blocks << 2;
  const eps = f32x4.splat(EPSILON), half = f32x4.splat(0.5), one = f32x4.splat(1);
  const size = heads * tokens * row;
  memory.fill(dp, 0, <usize>size << 2);
  memory.fill(dr, 0, <usize>size << 2);
  for (let t = 0; t < heads; t++) {
    const first = t * tokens * row;
    const js = at(dJ, t * tokens * ld);
    for (let i = 0; i < tokens; i++) {
      const pi = at(p, first + i * row), dpi = at(dp, first + i * row);
      for (let j = 0; j < tokens; j++) {
        const rj = at(r, first + j * row), drj = at(dr, first + j * row);
        const slope = f32x4.splat(<f32>0.5 * LOG2E * load<f32>(at(js, i * ld + j)));
        for (let a = 0; a < row; a += 4) {
          const x = v128.load(at(pi, a)), y = v128.load(at(rj, a));
          const inverse = f32x4.div(one, f32x4.add(f32x4.mul(f32x4.add(x, y), half), eps));
          const xm = f32x4.mul(x, inverse), ym = f32x4.mul(y, inverse);
          const u = f32x4.add(xm, eps), v = f32x4.add(ym, eps);
          // p / (m u), near 1
          const xu = f32x4.div(xm, u), yv = f32x4.div(ym, v);
          const dm = f32x4.mul(half, f32x4.add(f32x4.mul(xm, xu), f32x4.mul(ym, yv)));
          const gx = f32x4.sub(f32x4.add(log4(u), xu), dm), gy = f32x4.sub(f32x4.add(log4(v), yv), dm);
          v128.store(at(dpi, a), f32x4.add(v128.load(at(dpi, a)), f32x4.mul(slope, gx)));
          v128.store(at(drj, a), f32x4.add(v128.load(at(drj, a)), f32x4.mul(slope, gy)));
        }
      }
    }
  }
}
