// Annealing of attention heads, one problem after the other. A problem is H heads of N tokens; its variables are visited
// head by head. `gain` is what choosing token i lowers the energy by, all other variables held:
// gain_i = (couplings to the chosen) + base_i - 2 overlap count_i - 2 cardinality chosen - x_i self_i,
// where the sums count token i itself and self_i takes it out again.
import { at, sum4 } from "./vector";
import { nextBits } from "./next_bits";

// one draw serves two proposals, 12 bits each
const INDEX_SHIFT: u32 = 20;
const SECOND_SHIFT: u32 = 8;
const INDEX_MASK: u32 = 4095;
const MAX_DESCENT: i32 = 200;

// modes of a pass
const MEASURE: i32 = 0;
const METROPOLIS: i32 = 1;
const DESCEND: i32 = 2;

// what a pass reads, set once a call or once a problem
let heads: i32 = 0, copies: i32 = 1, tokens: i32 = 0, blocks: i32 = 0, stride: i32 = 0;
let scale: f32 = 0, overlap2: f32 = 0, cardinality2: f32 = 0;
let base: usize = 0, self: usize = 0, x: usize = 0, counts: usize = 0, chosen: usize = 0, cache: usize = 0, couplings: usize = 0;
let thresholds: usize = 0, stream: usize = 0;

// S = scale [sum of chosen keys | sum of chosen queries]; a token's row is [q | k]
@inline
function toggleSums(token: usize, S: usize, half: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let b = 0; b < half; b += 4) {
    const from = at(token, b), to = at(S, b);
    v128.store(to, f32x4.add(v128.load(to), f32x4.mul(f, v128.load(at(from, half)))));
    v128.store(at(to, half), f32x4.add(v128.load(at(to, half)), f32x4.mul(f, v128.load(from))));
  }
}

@inline
function dotSums(token: usize, S: usize, half: i32): f32 {
  let a0 = f32x4.mul(v128.load(token), v128.load(S));
  let a1 = f32x4.mul(v128.load(at(token, half)), v128.load(at(S, half)));
  for (let b = 4; b < half; b += 4) {
    a0 = f32x4.add(a0, f32x4.mul(v128.load(at(token, b)), v128.load(at(S, b))));
    a1 = f32x4.add(a1, f32x4.mul(v128.load(at(token, half + b)), v128.load(at(S, half + b))));
  }
  return sum4(f32x4.add(a0, a1));
}

// q_i . k_j + k_i . q_j
@inline
function crossProduct(a: usize, b: usize, half: i32): f32 {
  let s = f32x4.add(
    f32x4.mul(v128.load(a), v128.load(at(b, half))),
    f32x4.mul(v128.load(at(a, half)), v128.load(b)),
  );
  for (let l = 4; l < half; l += 4) {
    s = f32x4.add(s, f32x4.mul(v128.load(at(a, l)), v128.load(at(b, half + l))));
    s = f32x4.add(s, f32x4.mul(v128.load(at(a, half + l)), v128.load(at(b, l))));
  }
  return sum4(s);
}

// One pass over head t. `bar` is the temperature, or the smallest drop that descent takes. Returns the number of flips,
// or the sum of gain^2.
function passHead(t: i32, packed: usize, dense: bool, mode: i32, bar: f32): f32 {
  const N = tokens, half = blocks << 2, row = half << 1, ld = stride;
  const overlap = overlap2, cardinality = cardinality2, factor = scale, table = thresholds, tally = counts;
  const first = t * N;
  const xs = at(x, first), bs = at(base, first), ss = at(self, first);
  const own = at(cache, t * (dense ? ld : row));
  const J = at(couplings, first * ld);
  let n = load<f32>(at(chosen, t));
  let result: f32 = 0;
  let bits: u32 = 0;
  for (let i = 0; i < N; i++) {
    const token = at(packed, i * row);
    const xi = load<f32>(at(xs, i));
    const count = load<f32>(at(tally, i));
    const pull = dense ? load<f32>(at(own, i)) : dotSums(token, own, half);
    const gain = pull + load<f32>(at(bs, i)) - overlap * count - cardinality * n - xi * load<f32>(at(ss, i));
    if (mode == MEASURE) {
      result += gain * gain;
      continue;
    }
    const sign: f32 = <f32>1 - xi - xi;
    const drop = sign * gain;
    if (mode == METROPOLIS) {
      let index: u32 = 0;
      if (i & 1) index = (bits >>> SECOND_SHIFT) & INDEX_MASK;
      else {
        bits = nextBits(stream);
        index = bits >>> INDEX_SHIFT;
      }
      if (drop <= bar * load<f32>(at(table, <i32>index))) continue;
    } else if (drop <= bar) continue;
    if (dense) {
      const f = f32x4.splat(sign);
      const Ji = at(J, i * ld);
      for (let j = 0; j < ld; j += 4) {
        v128.store(at(own, j), f32x4.add(v128.load(at(own, j)), f32x4.mul(f, v128.load(at(Ji, j)))));
      }
    } else toggleSums(token, own, half, sign * factor);
    store<f32>(at(xs, i), xi + sign);
    store<f32>(at(tally, i), count + sign);
    n += sign;
    result += 1;
  }
  store<f32>(at(chosen, t), n);
  return result;
}

// The same pass over a head of width 5 to 8 in factored form, S in registers: the width of the published models.
function passHead8(t: i32, packed: usize, mode: i32, bar: f32): f32 {
  const N = tokens;
  const overlap = overlap2, cardinality = cardinality2, factor = scale, table = thresholds, tally = counts;
  const first = t * N;
  const xs = at(x, first), bs = at(base, first), ss = at(self, first);
  const own = at(cache, t * 16);
  let k0 = v128.load(own), k1 = v128.load(own, 16), q0 = v128.load(own, 32), q1 = v128.load(own, 48);
  let n = load<f32>(at(chosen, t));
  let result: f32 = 0;
  let bits: u32 = 0;
  for (let i = 0; i < N; i++) {
    const token = at(packed, i << 4);
    const xi = load<f32>(at(xs, i));
    const count = load<f32>(at(tally, i));
    const left = f32x4.add(f32x4.mul(v128.load(token), k0), f32x4.mul(v128.load(token, 16), k1));
    const right = f32x4.add(f32x4.mul(v128.load(token, 32), q0), f32x4.mul(v128.load(token, 48), q1));
    const pull = sum4(f32x4.add(left, right));
    const gain = pull + load<f32>(at(bs, i)) - overlap * count - cardinality * n - xi * load<f32>(at(ss, i));
    if (mode == MEASURE) {
      result += gain * gain;
      continue;
    }
    const sign: f32 = <f32>1 - xi - xi;
    const drop = sign * gain;
    if (mode == METROPOLIS) {
      let index: u32 = 0;
      if (i & 1) index = (bits >>> SECOND_SHIFT) & INDEX_MASK;
      else {
        bits = nextBits(stream);
        index = bits >>> INDEX_SHIFT;
      }
      if (drop <= bar * load<f32>(at(table, <i32>index))) continue;
    } else if (drop <= bar) continue;
    const f = f32x4.splat(sign * factor);
    k0 = f32x4.add(k0, f32x4.mul(f, v128.load(token, 32)));
    k1 = f32x4.add(k1, f32x4.mul(f, v128.load(token, 48)));
    q0 = f32x4.add(q0, f32x4.mul(f, v128.load(token)));
    q1 = f32x4.add(q1, f32x4.mul(f, v128.load(token, 16)));
    store<f32>(at(xs, i), xi + sign);
    store<f32>(at(tally, i), count + sign);
    n += sign;
    result += 1;
  }
  store<f32>(at(chosen, t), n);
  v128.store(own, k0);
  v128.store(own, k1, 16);
  v128.store(own, q0, 32);
  v128.store(own, q1, 48);
  return result;
}

@inline
function visit(t: i32, packed: usize, dense: bool, mode: i32, bar: f32): f32 {
  const rows = at(packed, t / copies * tokens * (blocks << 3));
  return !dense && blocks == 2 ? passHead8(t, rows, mode, bar) : passHead(t, rows, dense, mode, bar);
}

// bar <= 0 in Metropolis: -temperature times the table of -ln u, so that one comparison decides
function passAll(packed: usize, dense: bool, mode: i32, bar: f32): f32 {
  let result: f32 = 0;
  for (let t = 0; t < heads; t++) result += visit(t, packed, dense, mode, bar);
  return result;
}

// heads in turn, until none of them has anything to flip
function descend(packed: usize, dense: bool, least: f32): void {
  let clean = 0;
  for (let v = 0; clean < heads && v < MAX_DESCENT * heads; v++) {
    clean = visit(v % heads, packed, dense, DESCEND, least) == 0 ? clean + 1 : 0;
  }
}

// base, self, couplings of one problem; x drawn with probability density / 4096
function prepare(packed: usize, fields: usize, fieldWeight: f32, lift: f32, density: u32, dense: bool): void {
  const half = blocks << 2, row = half << 1, size = dense ? stride : row;
  memory.fill(counts, 0, <usize>tokens << 2);
  memory.fill(cache, 0, <usize>(heads * size) << 2);
  for (let t = 0; t < heads; t++) {
    const rows = at(packed, t / copies * tokens * row), own = at(cache, t * size);
    let n: f32 = 0;
    let bits: u32 = 0;
    for (let i = 0; i < tokens; i++) {
      const v = t * tokens + i;
      const token = at(rows, i * row);
      const J = at(couplings, v * stride);
      store<f32>(at(base, v), fieldWeight * load<f32>(at(fields, v)) + lift);
      const product = dense ? <f32>0 : scale * crossProduct(token, token, half);
      store<f32>(at(self, v), product - overlap2 - cardinality2);
      if (dense) {
        // the rows above are complete: mirror them, then compute the rest of this one
        for (let j = 0; j < i; j++) store<f32>(at(J, j), load<f32>(at(couplings, (t * tokens + j) * stride + i)));
        store<f32>(at(J, i), 0);
        for (let j = i + 1; j < tokens; j++) store<f32>(at(J, j), scale * crossProduct(token, at(rows, j * row), half));
        for (let j = tokens; j < stride; j++) store<f32>(at(J, j), 0);
      }
      if (i & 1) bits <<= 12;
      else bits = nextBits(stream);
      const xi: f32 = (bits >>> INDEX_SHIFT) < density ? 1 : 0;
      store<f32>(at(x, v), xi);
      if (xi == 0) continue;
      n += 1;
      store<f32>(at(counts, i), load<f32>(at(counts, i)) + 1);
      if (!dense) toggleSums(token, own, half, scale);
    }
    store<f32>(at(chosen, t), n);
    if (!dense) continue;
    for (let i = 0; i < tokens; i++) {
      if (load<f32>(at(x, t * tokens + i)) == 0) continue;
      const J = at(couplings, (t * tokens + i) * stride);
      for (let j = 0; j < stride; j += 4) v128.store(at(own, j), f32x4.add(v128.load(at(own, j)), v128.load(at(J, j))));
    }
  }
}

// packed [B, H / copies, N, 2 dp]: so many heads in a row share their tokens; fields [B, H, N]; out [B, H, N] bytes; states [B, 4] words, advanced; factors: temperatures over
// the root mean square of the gains; scratch: see the caller
export function annealHeads(
  dense: i32, batch: i32, headCount: i32, tokenCount: i32, blockCount: i32, copyCount: i32,
  packed: usize, fields: usize, out: usize, states: usize,
  table: usize, factors: usize, sweeps: i32,
  couplingScale: f32, fieldWeight: f32, overlap: f32, cardinality: f32, k: f32, density: i32, scratch: usize,
): void {
  heads = headCount;
  copies = copyCount;
  tokens = tokenCount;
  blocks = blockCount;
  stride = (tokens + 3) & ~3;
  scale = couplingScale;
  overlap2 = <f32>2 * overlap;
  cardinality2 = <f32>2 * cardinality;
  thresholds = table;
  const lift: f32 = cardinality * (<f32>2 * k - <f32>1);
  const variables = heads * tokens;
  const problem = heads / copies * tokens * (blocks << 3);
  cache = scratch;
  base = at(cache, heads * (dense ? stride : blocks << 3));
  self = at(base, variables);
  x = at(self, variables);
  counts = at(x, variables);
  chosen = at(counts, tokens);
  couplings = (at(chosen, heads) + 15) & ~15;
  for (let b = 0; b < batch; b++) {
    const rows = at(packed, b * problem);
    stream = at(states, b * 4);
    prepare(rows, at(fields, b * variables), fieldWeight, lift, <u32>density, dense != 0);
    const rms = sqrt<f32>(passAll(rows, dense != 0, MEASURE, 0) / <f32>variables);
    for (let s = 0; s < sweeps; s++) passAll(rows, dense != 0, METROPOLIS, -(rms * load<f32>(at(factors, s))));
    descend(rows, dense != 0, rms * <f32>1e-5);
    const to = out + <usize>(b * variables);
    for (let v = 0; v < variables; v++) store<u8>(to + <usize>v, <u8>load<f32>(at(x, v)));
  }
}
