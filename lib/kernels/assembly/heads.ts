// What stands between projected rows and the annealer, and between its selection and the output.
// Projected rows have q at column 0, k at keyColumn and the fields at fieldColumn, head by head.
// Packed heads are [S, H, N, 2 dp]: q and k of a token side by side, dp the width rounded up to a multiple of four.
import { at, sum4 } from "./vector";
import { matmul } from "./matmul";
import { softmaxRows, softmaxRowsBackward } from "./rows";

// positional: [H, N] added to the fields, or 0
export function packHeads(
  samples: i32, heads: i32, tokens: i32, width: i32,
  rows: usize, ld: i32, keyColumn: i32, fieldColumn: i32, positional: usize, packed: usize, fields: usize,
): void {
  const dp = (width + 3) & ~3;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      let q = at(rows, s * tokens * ld + t * width);
      let f = at(rows, s * tokens * ld + fieldColumn + t);
      for (let i = 0; i < tokens; i++) {
        for (let a = 0; a < width; a++) {
          store<f32>(at(packed, a), load<f32>(at(q, a)));
          store<f32>(at(packed, dp + a), load<f32>(at(q, keyColumn + a)));
        }
        for (let a = width; a < dp; a++) {
          store<f32>(at(packed, a), 0);
          store<f32>(at(packed, dp + a), 0);
        }
        const lift: f32 = positional ? load<f32>(at(positional, t * tokens + i)) : 0;
        store<f32>(fields, load<f32>(f) + lift);
        packed = at(packed, dp << 1);
        fields += 4;
        q = at(q, ld);
        f = at(f, ld);
      }
    }
  }
}

// rows of queries and of keys, side by side: packed [count, 2 dp]
export function packPairs(count: i32, width: i32, queries: usize, keys: usize, packed: usize): void {
  const dp = (width + 3) & ~3, full = width & ~3;
  for (let i = 0; i < count; i++) {
    for (let a = 0; a < full; a += 4) {
      v128.store(at(packed, a), v128.load(at(queries, a)));
      v128.store(at(packed, dp + a), v128.load(at(keys, a)));
    }
    for (let a = full; a < dp; a++) {
      store<f32>(at(packed, a), a < width ? load<f32>(at(queries, a)) : 0);
      store<f32>(at(packed, dp + a), a < width ? load<f32>(at(keys, a)) : 0);
    }
    queries = at(queries, width);
    keys = at(keys, width);
    packed = at(packed, dp << 1);
  }
}

// S <- [sum of weight_i k_i | sum of weight_i q_i] over the chosen; weights 0: all one
@inline
function chosenSums(tokens: i32, dp: i32, packed: usize, chosen: usize, weights: usize, S: usize): void {
  memory.fill(S, 0, <usize>dp << 3);
  for (let i = 0; i < tokens; i++) {
    if (!load<u8>(chosen + i)) continue;
    const token = at(packed, i * (dp << 1));
    const w = f32x4.splat(weights ? load<f32>(at(weights, i)) : 1);
    for (let a = 0; a < dp; a += 4) {
      v128.store(at(S, a), f32x4.add(v128.load(at(S, a)), f32x4.mul(w, v128.load(at(token, dp + a)))));
      v128.store(at(S, dp + a), f32x4.add(v128.load(at(S, dp + a)), f32x4.mul(w, v128.load(at(token, a)))));
    }
  }
}

// (J x)_i of a chosen token, its own product taken out: (q (S_k - k) + k (S_q - q)) / (2 sqrt d)
@inline
function pull(token: usize, S: usize, dp: i32, half: f32): f32 {
  let s = f32x4.splat(0);
  for (let a = 0; a < dp; a += 4) {
    const q = v128.load(at(token, a)), k = v128.load(at(token, dp + a));
    s = f32x4.add(s, f32x4.mul(q, f32x4.sub(v128.load(at(S, a)), k)));
    s = f32x4.add(s, f32x4.mul(k, f32x4.sub(v128.load(at(S, dp + a)), q)));
  }
  return half * sum4(s);
}

@inline
export function halfScale(width: i32): f32 {
  return <f32>(0.5 / Math.sqrt(<f64>width));
}

// eps_i = - x_i ((J x)_i + h_i); y[s, i, t d + a] += eps_i e_a; scratch: 2 dp
export function energyReadout(
  samples: i32, heads: i32, tokens: i32, width: i32,
  packed: usize, fields: usize, chosen: usize, e: usize, eStep: i32, eps: usize, y: usize, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      chosenSums(tokens, dp, packed, chosen, 0, scratch);
      for (let i = 0; i < tokens; i++) {
        let energy: f32 = 0;
        if (load<u8>(chosen + i)) {
          energy = -(pull(at(packed, i * (dp << 1)), scratch, dp, half) + load<f32>(at(fields, i)));
          const to = at(y, (s * tokens + i) * D + t * width), from = at(e, t * eStep);
          for (let a = 0; a < width; a++) store<f32>(at(to, a), load<f32>(at(to, a)) + energy * load<f32>(at(from, a)));
        }
        store<f32>(at(eps, i), energy);
      }
      packed = at(packed, tokens * (dp << 1));
      fields = at(fields, tokens);
      eps = at(eps, tokens);
      chosen += tokens;
    }
  }
}

// dq, dk of the sums pull_i with weights w_i, added into the projected rows; S, G: room for the plain and the weighted sums
@inline
export function pullBackward(
  tokens: i32, width: i32, dp: i32, packed: usize, chosen: usize, w: usize, S: usize, G: usize,
  half: f32, drows: usize, ld: i32, keyColumn: i32,
): void {
  chosenSums(tokens, dp, packed, chosen, 0, S);
  chosenSums(tokens, dp, packed, chosen, w, G);
  for (let i = 0; i < tokens; i++) {
    if (!load<u8>(chosen + i)) continue;
    const token = at(packed, i * (dp << 1)), wi = load<f32>(at(w, i));
    const dq = at(drows, i * ld), dk = at(dq, keyColumn);
    for (let a = 0; a < width; a++) {
      const q = load<f32>(at(token, a)), k = load<f32>(at(token, dp + a));
      const toQ = wi * (load<f32>(at(S, a)) - k) + load<f32>(at(G, a)) - wi * k;
      const toK = wi * (load<f32>(at(S, dp + a)) - q) + load<f32>(at(G, dp + a)) - wi * q;
      store<f32>(at(dq, a), load<f32>(at(dq, a)) + half * toQ);
      store<f32>(at(dk, a), load<f32>(at(dk, a)) + half * toK);
    }
  }
}

// dy: [S, N, D]; drows written whole; de += direct part; dpositional += fields' gradient, or 0; through 0: only de
// scratch: 4 dp + N
export function energyReadoutBackward(
  samples: i32, heads: i32, tokens: i32, width: i32,
  packed: usize, chosen: usize, e: usize, eStep: i32, eps: usize, dy: usize,
  drows: usize, ld: i32, keyColumn: i32, fieldColumn: i32, de: usize, dpositional: usize, through: i32, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width);
  const S = scratch, G = at(S, dp << 1), w = at(G, dp << 1);
  memory.fill(drows, 0, <usize>(samples * tokens * ld) << 2);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const from = at(e, t * eStep), to = at(de, t * eStep);
      for (let i = 0; i < tokens; i++) {
        if (!load<u8>(chosen + i)) continue;
        const g = at(dy, (s * tokens + i) * D + t * width), energy = load<f32>(at(eps, i));
        let sum: f32 = 0;
        for (let a = 0; a < width; a++) {
          const ga = load<f32>(at(g, a));
          sum += ga * load<f32>(at(from, a));
          store<f32>(at(to, a), load<f32>(at(to, a)) + energy * ga);
        }
        store<f32>(at(w, i), -sum);
        if (!through) continue;
        store<f32>(at(drows, (s * tokens + i) * ld + fieldColumn + t), -sum);
        if (dpositional) {
          const p = at(dpositional, t * tokens + i);
          store<f32>(p, load<f32>(p) - sum);
        }
      }
      if (through) {
        pullBackward(tokens, width, dp, packed, chosen, w, S, G, half, at(drows, s * tokens * ld + t * width), ld, keyColumn);
      }
      packed = at(packed, tokens * (dp << 1));
      eps = at(eps, tokens);
      chosen += tokens;
    }
  }
}

// chosen keys and values side by side: gathered [m, 2 d]; returns m
@inline
export function gather(tokens: i32, width: i32, rows: usize, ld: i32, keyColumn: i32, valueColumn: i32, chosen: usize, gathered: usize): i32 {
  let m = 0;
  for (let i = 0; i < tokens; i++) {
    if (!load<u8>(chosen + i)) continue;
    const k = at(rows, i * ld + keyColumn), v = at(rows, i * ld + valueColumn), to = at(gathered, m * (width << 1));
    for (let a = 0; a < width; a++) {
      store<f32>(at(to, a), load<f32>(at(k, a)));
      store<f32>(at(to, width + a), load<f32>(at(v, a)));
    }
    m++;
  }
  return m;
}

// adds [m, 2 d] to the keys and values of the chosen: gather the other way round
@inline
export function scatter(tokens: i32, width: i32, rows: usize, ld: i32, keyColumn: i32, valueColumn: i32, chosen: usize, gathered: usize): void {
  for (let i = 0; i < tokens; i++) {
    if (!load<u8>(chosen + i)) continue;
    const k = at(rows, i * ld + keyColumn), v = at(rows, i * ld + valueColumn);
    for (let a = 0; a < width; a++) {
      store<f32>(at(k, a), load<f32>(at(k, a)) + load<f32>(at(gathered, a)));
      store<f32>(at(v, a), load<f32>(at(v, a)) + load<f32>(at(gathered, width + a)));
    }
    gathered = at(gathered, width << 1);
  }
}

// bias <- sqrt d f_j of the m chosen, in order; S: room for their sums
@inline
export function keyBiases(
  tokens: i32, dp: i32, m: i32, packed: usize, fields: usize, chosen: usize, half: f32, S: usize, bias: usize,
): void {
  const inverse: f32 = <f32>1 / <f32>m, unscale: f32 = <f32>1 / (<f32>2 * half);
  chosenSums(tokens, dp, packed, chosen, 0, S);
  for (let i = 0; i < tokens; i++) {
    if (!load<u8>(chosen + i)) continue;
    const f = inverse * pull(at(packed, i * (dp << 1)), S, dp, half) + load<f32>(at(fields, i));
    store<f32>(bias, f * unscale);
    bias = at(bias, 1);
  }
}

// the slope by f_j, to the field that it came from, to p, where there is one, and to the weight of the sum (J x)_j / m
@inline
export function fieldSlope(df: f32, m: i32, field: usize, p: usize, weight: usize): void {
  store<f32>(field, df);
  if (p) store<f32>(p, load<f32>(p) + df);
  store<f32>(weight, df * (<f32>1 / <f32>m));
}

// y[s, i, :] += sum_{j chosen} softmax_j(q_i . k_j / sqrt d + f_j) v_j, f_j = (J x)_j / n + h_j
// p: [S, H, N, ld4(N)] probabilities over the chosen, in order; scratch: 2 dp + N + 2 d N
export function selectedSoftmax(
  samples: i32, heads: i32, tokens: i32, width: i32,
  rows: usize, ld: i32, keyColumn: i32, valueColumn: i32,
  packed: usize, fields: usize, chosen: usize, p: usize, y: usize, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width), scale = <f32>2 * half;
  const S = scratch, bias = at(S, dp << 1), gathered = at(bias, tokens), wide = width << 1, full = (tokens + 3) & ~3;
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const q = at(rows, s * tokens * ld + t * width);
      const m = gather(tokens, width, q, ld, keyColumn, valueColumn, chosen, gathered);
      if (m) {
        keyBiases(tokens, dp, m, packed, fields, chosen, half, S, bias);
        const lp = (m + 3) & ~3;
        matmul(tokens, m, width, q, ld, 1, gathered, 1, wide, p, lp, 0, bias);
        softmaxRows(tokens, m, lp, p, scale);
        matmul(tokens, width, m, p, lp, 1, at(gathered, width), wide, 1, at(y, s * tokens * D + t * width), D, 1, 0);
      }
      packed = at(packed, tokens * (dp << 1));
      fields = at(fields, tokens);
      p = at(p, tokens * full);
      chosen += tokens;
    }
  }
}

// drows written whole; scratch: 4 dp + N + 4 d N + N ld4(N)
export function selectedSoftmaxBackward(
  samples: i32, heads: i32, tokens: i32, width: i32,
  rows: usize, ld: i32, keyColumn: i32, valueColumn: i32, fieldColumn: i32,
  packed: usize, chosen: usize, p: usize, dy: usize, drows: usize, dpositional: usize, through: i32, scratch: usize,
): void {
  const dp = (width + 3) & ~3, D = heads * width, half = halfScale(width), scale = <f32>2 * half;
  const wide = width << 1, full = (tokens + 3) & ~3;
  const S = scratch, G = at(S, dp << 1), w = at(G, dp << 1), gathered = at(w, tokens);
  const dgathered = at(gathered, wide * tokens), dlogits = at(dgathered, wide * tokens);
  const unscale: f32 = <f32>1 / scale;
  memory.fill(drows, 0, <usize>(samples * tokens * ld) << 2);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const offset = s * tokens * ld + t * width;
      const q = at(rows, offset), dq = at(drows, offset), g = at(dy, s * tokens * D + t * width);
      const m = gather(tokens, width, q, ld, keyColumn, valueColumn, chosen, gathered);
      if (m) {
        const lp = (m + 3) & ~3;
        matmul(m, width, tokens, p, 1, lp, g, D, 1, at(dgathered, width), wide, 0, 0);
        matmul(tokens, m, width, g, D, 1, at(gathered, width), 1, wide, dlogits, lp, 0, 0);
        softmaxRowsBackward(tokens, m, lp, p, dlogits, scale);
        matmul(tokens, width, m, dlogits, lp, 1, gathered, wide, 1, dq, ld, 0, 0);
        matmul(m, width, tokens, dlogits, 1, lp, q, ld, 1, dgathered, wide, 0, 0);
        scatter(tokens, width, dq, ld, keyColumn, valueColumn, chosen, dgathered);
        if (through) {
          for (let i = 0, j = 0; i < tokens; i++) {
            if (!load<u8>(chosen + i)) continue;
            let df: f32 = 0;
            for (let r = 0; r < tokens; r++) df += load<f32>(at(dlogits, r * lp + j));
            const field = at(drows, (s * tokens + i) * ld + fieldColumn + t);
            fieldSlope(df * unscale, m, field, dpositional ? at(dpositional, t * tokens + i) : 0, at(w, i));
            j++;
          }
          pullBackward(tokens, width, dp, packed, chosen, w, S, G, half, dq, ld, keyColumn);
        }
      }
      packed = at(packed, tokens * (dp << 1));
      p = at(p, tokens * full);
      chosen += tokens;
    }
  }
}
