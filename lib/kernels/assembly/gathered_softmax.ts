// The selected softmax without its probabilities: queries go by in tiles that stay in the cache, and are run again on the way
// back. Every sum runs in the order of selectedSoftmax, so that both give the same bits.
import { at } from "./vector";
import { fieldSlope, gather, halfScale, keyBiases, pullBackward, scatter } from "./heads";
import { matmul } from "./matmul";
import { softmaxRows, softmaxRowsBackward } from "./rows";

// queries of a tile: a panel of keys, packed anew for each tile, costs a part in some 30 of its products
const TILE: i32 = 64;

// y[s, i, :] += sum_{j chosen} softmax_j(q_i . k_j / sqrt d + f_j) v_j, f_j = (J x)_j / n + h_j
// bias: [S, H, N] sqrt(d) f of the chosen, in order, kept for the way back; scratch: 2 dp + 2 d N + TILE ld4(N)
export function gatheredSoftmax(
  samples: i32, heads: i32, tokens: i32, width: i32,
  rows: usize, ld: i32, keyColumn: i32, valueColumn: i32,
  packed: usize, fields: usize, chosen: usize, bias: usize, y: usize, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width), scale = <f32>2 * half;
  const S = scratch, gathered = at(S, dp << 1), wide = width << 1, p = at(gathered, wide * tokens);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const q = at(rows, s * tokens * ld + t * width), to = at(y, s * tokens * D + t * width);
      const m = gather(tokens, width, q, ld, keyColumn, valueColumn, chosen, gathered);
      if (m) {
        keyBiases(tokens, dp, m, packed, fields, chosen, half, S, bias);
        const lp = (m + 3) & ~3;
        for (let i = 0; i < tokens; i += TILE) {
          const n = min(TILE, tokens - i);
          matmul(n, m, width, at(q, i * ld), ld, 1, gathered, 1, wide, p, lp, 0, bias);
          softmaxRows(n, m, lp, p, scale);
          matmul(n, width, m, p, lp, 1, at(gathered, width), wide, 1, at(to, i * D), D, 1, 0);
        }
      }
      packed = at(packed, tokens * (dp << 1));
      fields = at(fields, tokens);
      bias = at(bias, tokens);
      chosen += tokens;
    }
  }
}

// sums <- sums + the rows of x
@inline
function addRows(rows: i32, n: i32, ld: i32, x: usize, sums: usize): void {
  for (let r = 0; r < rows; r++) {
    const row = at(x, r * ld);
    for (let j = 0; j < n; j += 4) {
      v128.store(at(sums, j), f32x4.add(v128.load(at(sums, j)), v128.load(at(row, j))));
    }
  }
}

// drows written whole; scratch: 4 dp + N + ld4(N) + 4 d N + 2 TILE ld4(N)
export function gatheredSoftmaxBackward(
  samples: i32, heads: i32, tokens: i32, width: i32,
  rows: usize, ld: i32, keyColumn: i32, valueColumn: i32, fieldColumn: i32,
  packed: usize, chosen: usize, bias: usize, dy: usize, drows: usize, dpositional: usize, through: i32, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width), scale = <f32>2 * half;
  const wide = width << 1, full = (tokens + 3) & ~3;
  const S = scratch, G = at(S, dp << 1), w = at(G, dp << 1), df = at(w, tokens), gathered = at(df, full);
  const dgathered = at(gathered, wide * tokens), p = at(dgathered, wide * tokens), dlogits = at(p, TILE * full);
  const unscale: f32 = <f32>1 / scale;
  memory.fill(drows, 0, <usize>(samples * tokens * ld) << 2);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const offset = s * tokens * ld + t * width;
      const q = at(rows, offset), dq = at(drows, offset), g = at(dy, s * tokens * D + t * width);
      const m = gather(tokens, width, q, ld, keyColumn, valueColumn, chosen, gathered);
      if (m) {
        const lp = (m + 3) & ~3;
        memory.fill(dgathered, 0, <usize>(m * wide) << 2);
        memory.fill(df, 0, <usize>lp << 2);
        for (let i = 0; i < tokens; i += TILE) {
          const n = min(TILE, tokens - i), qi = at(q, i * ld), gi = at(g, i * D);
          matmul(n, m, width, qi, ld, 1, gathered, 1, wide, p, lp, 0, bias);
          softmaxRows(n, m, lp, p, scale);
          matmul(m, width, n, p, 1, lp, gi, D, 1, at(dgathered, width), wide, 1, 0);
          matmul(n, m, width, gi, D, 1, at(gathered, width), 1, wide, dlogits, lp, 0, 0);
          softmaxRowsBackward(n, m, lp, p, dlogits, scale);
          matmul(n, width, m, dlogits, lp, 1, gathered, wide, 1, at(dq, i * ld), ld, 0, 0);
          matmul(m, width, n, dlogits, 1, lp, qi, ld, 1, dgathered, wide, 1, 0);
          if (through) addRows(n, m, lp, dlogits, df);
        }
        scatter(tokens, width, dq, ld, keyColumn, valueColumn, chosen, dgathered);
        if (through) {
          for (let i = 0, j = 0; i < tokens; i++) {
            if (!load<u8>(chosen + i)) continue;
            const field = at(drows, (s * tokens + i) * ld + fieldColumn + t);
            const slope = load<f32>(at(df, j)) * unscale;
            fieldSlope(slope, m, field, dpositional ? at(dpositional, t * tokens + i) : 0, at(w, i));
            j++;
          }
          pullBackward(tokens, width, dp, packed, chosen, w, S, G, half, dq, ld, keyColumn);
        }
      }
      packed = at(packed, tokens * (dp << 1));
      bias = at(bias, tokens);
      chosen += tokens;
    }
  }
}
