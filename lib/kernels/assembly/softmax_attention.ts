// Softmax attention of S samples from fused rows [q | k | v] of width 3 D, forward and backward.
import { at } from "./vector";
import { matmul } from "./matmul";
import { softmaxRows, softmaxRowsBackward } from "./rows";

// p: [S, H, N, ld] probabilities, kept for the way back; y [S, N, D] is added to
export function softmaxAttention(
  samples: i32, heads: i32, tokens: i32, width: i32, qkv: usize, p: usize, ld: i32, y: usize,
): void {
  const D = heads * width, row = 3 * D;
  const scale = <f32>(1.0 / Math.sqrt(<f64>width));
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const q = at(qkv, s * tokens * row + t * width), k = at(q, D), v = at(q, 2 * D);
      const ph = at(p, (s * heads + t) * tokens * ld);
      matmul(tokens, tokens, width, q, row, 1, k, 1, row, ph, ld, 0, 0);
      softmaxRows(tokens, tokens, ld, ph, scale);
      matmul(tokens, width, tokens, ph, ld, 1, v, row, 1, at(y, s * tokens * D + t * width), D, 1, 0);
    }
  }
}

// dp: [N, ld] scratch; every entry of dqkv is written
export function softmaxAttentionBackward(
  samples: i32, heads: i32, tokens: i32, width: i32, qkv: usize, p: usize, ld: i32, dy: usize, dp: usize, dqkv: usize,
): void {
  const D = heads * width, row = 3 * D;
  const scale = <f32>(1.0 / Math.sqrt(<f64>width));
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const offset = s * tokens * row + t * width;
      const q = at(qkv, offset), k = at(q, D), v = at(q, 2 * D);
      const dq = at(dqkv, offset), dk = at(dq, D), dv = at(dq, 2 * D);
      const ph = at(p, (s * heads + t) * tokens * ld);
      const g = at(dy, s * tokens * D + t * width);
      matmul(tokens, width, tokens, ph, 1, ld, g, D, 1, dv, row, 0, 0);
      matmul(tokens, tokens, width, g, D, 1, v, 1, row, dp, ld, 0, 0);
      softmaxRowsBackward(tokens, tokens, ld, ph, dp, scale);
      matmul(tokens, width, tokens, dp, ld, 1, k, row, 1, dq, row, 0, 0);
      matmul(tokens, width, tokens, dp, 1, ld, q, row, 1, dk, row, 0, 0);
    }
  }
}
