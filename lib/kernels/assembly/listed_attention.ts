// Softmax attention over a list of keys for every query, forward and backward; q, k and v of a head are packed first.
import { at, sum4 } from "./vector";
import { softmaxRow, softmaxRowsBackward } from "./rows";

// rows of width values, `step` floats apart, to rows of dp floats, the pads zero
function pack(tokens: i32, width: i32, dp: i32, from: usize, step: i32, to: usize): void {
  const full = width & ~3;
  for (let i = 0; i < tokens; i++) {
    let a = 0;
    for (; a < full; a += 4) v128.store(at(to, a), v128.load(at(from, a)));
    if (a < dp) v128.store(at(to, a), f32x4.splat(0));
    for (; a < width; a++) store<f32>(at(to, a), load<f32>(at(from, a)));
    from = at(from, step);
    to = at(to, dp);
  }
}

// and back, written or added
function unpack(tokens: i32, width: i32, dp: i32, from: usize, to: usize, step: i32, accumulate: i32): void {
  const full = width & ~3;
  for (let i = 0; i < tokens; i++) {
    let a = 0;
    if (accumulate) {
      for (; a < full; a += 4) v128.store(at(to, a), f32x4.add(v128.load(at(to, a)), v128.load(at(from, a))));
      for (; a < width; a++) store<f32>(at(to, a), load<f32>(at(to, a)) + load<f32>(at(from, a)));
    } else {
      for (; a < full; a += 4) v128.store(at(to, a), v128.load(at(from, a)));
      for (; a < width; a++) store<f32>(at(to, a), load<f32>(at(from, a)));
    }
    from = at(from, dp);
    to = at(to, step);
  }
}

@inline
function inner(dp: i32, x: usize, y: usize): f32 {
  let s = f32x4.splat(0);
  for (let a = 0; a < dp; a += 4) s = f32x4.add(s, f32x4.mul(v128.load(at(x, a)), v128.load(at(y, a))));
  return sum4(s);
}

// every row divided by its length; the inverse lengths are kept
function makeUnit(tokens: i32, dp: i32, k: usize, inverse: usize): void {
  for (let i = 0; i < tokens; i++) {
    const f: f32 = <f32>1 / sqrt<f32>(inner(dp, k, k) + <f32>1e-24);
    const scale = f32x4.splat(f);
    for (let a = 0; a < dp; a += 4) v128.store(at(k, a), f32x4.mul(v128.load(at(k, a)), scale));
    store<f32>(at(inverse, i), f);
    k = at(k, dp);
  }
}

// dk <- (dk - k (k . dk)) / length
function makeUnitBackward(tokens: i32, dp: i32, k: usize, inverse: usize, dk: usize): void {
  for (let i = 0; i < tokens; i++) {
    const dot = f32x4.splat(inner(dp, k, dk)), scale = f32x4.splat(load<f32>(at(inverse, i)));
    for (let a = 0; a < dp; a += 4) {
      const slope = f32x4.sub(v128.load(at(dk, a)), f32x4.mul(v128.load(at(k, a)), dot));
      v128.store(at(dk, a), f32x4.mul(slope, scale));
    }
    k = at(k, dp);
    dk = at(dk, dp);
  }
}

// the four sums of four vectors
@inline
function sums(a: v128, b: v128, c: v128, d: v128): v128 {
  const ab = f32x4.add(v128.shuffle<f32>(a, b, 0, 4, 1, 5), v128.shuffle<f32>(a, b, 2, 6, 3, 7));
  const cd = f32x4.add(v128.shuffle<f32>(c, d, 0, 4, 1, 5), v128.shuffle<f32>(c, d, 2, 6, 3, 7));
  return f32x4.add(v128.shuffle<f64>(ab, cd, 0, 2), v128.shuffle<f64>(ab, cd, 1, 3));
}

// out_e = x . rows_(list_e), four at a time: lists are padded
@inline
function innerListed(count: i32, list: usize, dp: i32, x: usize, rows: usize, out: usize): void {
  const size = <usize>dp << 2;
  for (let e = 0; e < count; e += 4) {
    const r0 = rows + <usize>load<u32>(at(list, e)) * size, r1 = rows + <usize>load<u32>(at(list, e + 1)) * size;
    const r2 = rows + <usize>load<u32>(at(list, e + 2)) * size, r3 = rows + <usize>load<u32>(at(list, e + 3)) * size;
    let s0 = f32x4.splat(0), s1 = s0, s2 = s0, s3 = s0;
    for (let a: usize = 0; a < size; a += 16) {
      const v = v128.load(x + a);
      s0 = f32x4.add(s0, f32x4.mul(v, v128.load(r0 + a)));
      s1 = f32x4.add(s1, f32x4.mul(v, v128.load(r1 + a)));
      s2 = f32x4.add(s2, f32x4.mul(v, v128.load(r2 + a)));
      s3 = f32x4.add(s3, f32x4.mul(v, v128.load(r3 + a)));
    }
    v128.store(at(out, e), sums(s0, s1, s2, s3));
  }
}

// out = sum_e w_e rows_(list_e), eight columns at a time
@inline
function sumListed(count: i32, list: usize, w: usize, dp: i32, rows: usize, out: usize): void {
  const size = <usize>dp << 2;
  let a: usize = 0;
  for (; a + 32 <= size; a += 32) {
    let s0 = f32x4.splat(0), s1 = s0;
    for (let e = 0; e < count; e++) {
      const row = rows + <usize>load<u32>(at(list, e)) * size + a, f = v128.load_splat<f32>(at(w, e));
      s0 = f32x4.add(s0, f32x4.mul(f, v128.load(row)));
      s1 = f32x4.add(s1, f32x4.mul(f, v128.load(row, 16)));
    }
    v128.store(out + a, s0);
    v128.store(out + a, s1, 16);
  }
  for (; a < size; a += 16) {
    let s = f32x4.splat(0);
    for (let e = 0; e < count; e++) {
      const row = rows + <usize>load<u32>(at(list, e)) * size + a;
      s = f32x4.add(s, f32x4.mul(v128.load_splat<f32>(at(w, e)), v128.load(row)));
    }
    v128.store(out + a, s);
  }
}

// rows_(list_e) += w_e x
@inline
function spreadListed(count: i32, list: usize, w: usize, dp: i32, x: usize, rows: usize): void {
  const size = <usize>dp << 2;
  for (let e = 0; e < count; e++) {
    const row = rows + <usize>load<u32>(at(list, e)) * size, f = v128.load_splat<f32>(at(w, e));
    for (let a: usize = 0; a < size; a += 16) {
      v128.store(row + a, f32x4.add(v128.load(row + a), f32x4.mul(f, v128.load(x + a))));
    }
  }
}

// row += bias / scale: softmaxRow multiplies both by the scale
@inline
function addBias(count: i32, row: usize, bias: usize, unscale: f32): void {
  const f = f32x4.splat(unscale);
  for (let e = 0; e < count; e += 4) {
    v128.store(at(row, e), f32x4.add(v128.load(at(row, e)), f32x4.mul(f, v128.load(at(bias, e)))));
  }
}

// scratch: q, k, v and the outputs [N, dp] each, inverse lengths [N]; bias: at the places of p, or 0
export function listedAttention(
  samples: i32, heads: i32, tokens: i32, width: i32, rows: usize, stride: i32, keys: i32, values: i32, unit: i32,
  starts: usize, counts: usize, list: usize, perSample: i32, perHead: i32, p: usize, y: usize, scratch: usize,
  bias: usize,
): void {
  const D = heads * width, dp = (width + 3) & ~3, part = tokens * dp;
  const scale = <f32>(1.0 / Math.sqrt(<f64>width)), unscale = <f32>Math.sqrt(<f64>width);
  const q = scratch, k = at(q, part), v = at(k, part), o = at(v, part), inverse = at(o, part);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const from = at(rows, s * tokens * stride + t * width);
      pack(tokens, width, dp, from, stride, q);
      pack(tokens, width, dp, at(from, keys), stride, k);
      pack(tokens, width, dp, at(from, values), stride, v);
      if (unit) makeUnit(tokens, dp, k, inverse);
      const number = s * perSample + t * perHead;
      const first = at(starts, number * (tokens + 1)), length = at(counts, number * tokens);
      const begin = load<u32>(first);
      for (let i = 0; i < tokens; i++) {
        const start = load<u32>(at(first, i)), count = load<u32>(at(length, i));
        const row = at(p, start - begin), mine = at(list, start);
        innerListed(count, mine, dp, at(q, i * dp), k, row);
        if (bias) addBias(count, row, at(bias, start - begin), unscale);
        softmaxRow(count, row, scale);
        sumListed(count, mine, row, dp, v, at(o, i * dp));
      }
      unpack(tokens, width, dp, o, at(y, s * tokens * D + t * width), D, 1);
      const places = load<u32>(at(first, tokens)) - begin;
      p = at(p, places);
      if (bias) bias = at(bias, places);
    }
  }
}

// out = unscale slope
@inline
function unscaled(count: i32, slope: usize, unscale: f32, out: usize): void {
  const f = f32x4.splat(unscale);
  for (let e = 0; e < count; e += 4) v128.store(at(out, e), f32x4.mul(f, v128.load(at(slope, e))));
}

// dbias, written at the places of p, or 0; scratch: q, k, v, g, dq, dk, dv [N, dp] each, inverse lengths [N], and N floats, padded
export function listedAttentionBackward(
  samples: i32, heads: i32, tokens: i32, width: i32, rows: usize, stride: i32, keys: i32, values: i32, unit: i32,
  starts: usize, counts: usize, list: usize, perSample: i32, perHead: i32, p: usize, dy: usize, scratch: usize,
  drows: usize, dbias: usize,
): void {
  const D = heads * width, dp = (width + 3) & ~3, part = tokens * dp;
  const scale = <f32>(1.0 / Math.sqrt(<f64>width)), unscale = <f32>Math.sqrt(<f64>width);
  const q = scratch, k = at(q, part), v = at(k, part), g = at(v, part);
  const dq = at(g, part), dk = at(dq, part), dv = at(dk, part), inverse = at(dv, part);
  const slope = at(inverse, (tokens + 3) & ~3);
  for (let s = 0; s < samples; s++) {
    for (let t = 0; t < heads; t++) {
      const offset = s * tokens * stride + t * width, from = at(rows, offset), to = at(drows, offset);
      pack(tokens, width, dp, from, stride, q);
      pack(tokens, width, dp, at(from, keys), stride, k);
      pack(tokens, width, dp, at(from, values), stride, v);
      pack(tokens, width, dp, at(dy, s * tokens * D + t * width), D, g);
      if (unit) makeUnit(tokens, dp, k, inverse);
      memory.fill(dk, 0, <usize>(2 * part) << 2);
      const number = s * perSample + t * perHead;
      const first = at(starts, number * (tokens + 1)), length = at(counts, number * tokens);
      const begin = load<u32>(first);
      for (let i = 0; i < tokens; i++) {
        const start = load<u32>(at(first, i)), count = load<u32>(at(length, i));
        const row = at(p, start - begin), mine = at(list, start), gi = at(g, i * dp);
        innerListed(count, mine, dp, gi, v, slope);
        softmaxRowsBackward(1, count, count, row, slope, scale);
        if (dbias) unscaled(count, slope, unscale, at(dbias, start - begin));
        sumListed(count, mine, slope, dp, k, at(dq, i * dp));
        spreadListed(count, mine, slope, dp, at(q, i * dp), dk);
        spreadListed(count, mine, row, dp, gi, dv);
      }
      if (unit) makeUnitBackward(tokens, dp, k, inverse, dk);
      unpack(tokens, width, dp, dq, to, stride, 0);
      unpack(tokens, width, dp, dk, at(to, keys), stride, keys == 0 ? 1 : 0);
      unpack(tokens, width, dp, dv, at(to, values), stride, 0);
      const places = load<u32>(at(first, tokens)) - begin;
      p = at(p, places);
      if (dbias) dbias = at(dbias, places);
    }
  }
}
