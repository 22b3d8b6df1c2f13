// Annealing of soft selections: H heads of N tokens of q bits, one problem after the other. Bit b of a token weighs
// beta_b = 2^b / (2^q - 1). With C = cQuadratic (J + J') + 2 longRange distance and F_i = sum_j C_ij w_j, setting bit b of
// token i lowers the energy by beta_b (F_i + cLinear h_i) + beta_b^2 C_ii / 2 - penalty (heads that have the bit).
import { at } from "./vector";
import { nextBits } from "./next_bits";

const INDEX_SHIFT: u32 = 20;
const SECOND_SHIFT: u32 = 8;
const INDEX_MASK: u32 = 4095;
const MAX_DESCENT: i32 = 200;

const MEASURE: i32 = 0;
const METROPOLIS: i32 = 1;
const DESCEND: i32 = 2;

let heads: i32 = 0, tokens: i32 = 0, bitCount: i32 = 0, stride: i32 = 0;
let pair: f32 = 0;
let couplings: usize = 0, pull: usize = 0, base: usize = 0, self: usize = 0, x: usize = 0, counts: usize = 0, beta: usize = 0;
let thresholds: usize = 0, stream: usize = 0;

@inline
function addRow(to: usize, from: usize, length: i32, factor: f32): void {
  const f = f32x4.splat(factor);
  for (let j = 0; j < length; j += 4) {
    v128.store(at(to, j), f32x4.add(v128.load(at(to, j)), f32x4.mul(f, v128.load(at(from, j)))));
  }
}

// one pass over head t; returns the number of flips, or the sum of the squared changes
function passHead(t: i32, mode: i32, bar: f32): f32 {
  const N = tokens, q = bitCount, ld = stride, weight = pair, table = thresholds, betas = beta;
  const own = at(pull, t * ld), C = at(couplings, t * N * ld);
  const bs = at(base, t * N), ss = at(self, t * N), xs = at(x, t * N * q), tally = counts;
  let result: f32 = 0;
  let random: u32 = 0;
  let r = 0;
  for (let i = 0; i < N; i++) {
    const lift = load<f32>(at(bs, i)), square = load<f32>(at(ss, i));
    for (let b = 0; b < q; b++, r++) {
      const xr = load<f32>(at(xs, r)), count = load<f32>(at(tally, r)), step = load<f32>(at(betas, b));
      const sign: f32 = <f32>1 - xr - xr;
      const gain = step * (load<f32>(at(own, i)) + lift) - weight * (count - xr);
      const drop = sign * gain + step * step * square;
      if (mode == MEASURE) {
        result += drop * drop;
        continue;
      }
      if (mode == METROPOLIS) {
        let index: u32 = 0;
        if (r & 1) index = (random >>> SECOND_SHIFT) & INDEX_MASK;
        else {
          random = nextBits(stream);
          index = random >>> INDEX_SHIFT;
        }
        if (drop <= bar * load<f32>(at(table, <i32>index))) continue;
      } else if (drop <= bar) continue;
      addRow(own, at(C, i * ld), ld, sign * step);
      store<f32>(at(xs, r), xr + sign);
      store<f32>(at(tally, r), count + sign);
      result += 1;
    }
  }
  return result;
}

function passAll(mode: i32, bar: f32): f32 {
  let result: f32 = 0;
  for (let t = 0; t < heads; t++) result += passHead(t, mode, bar);
  return result;
}

// heads in turn, until none of them has anything to flip
function descend(least: f32): void {
  let clean = 0;
  for (let v = 0; clean < heads && v < MAX_DESCENT * heads; v++) {
    clean = passHead(v % heads, DESCEND, least) == 0 ? clean + 1 : 0;
  }
}

// couplings, base and self of one problem; every bit set with probability 1/2
function prepare(J: usize, fields: usize, quadratic: f32, linear: f32, reach: f32): void {
  const N = tokens, q = bitCount, ld = stride;
  memory.fill(counts, 0, <usize>(N * q) << 2);
  memory.fill(pull, 0, <usize>(heads * ld) << 2);
  for (let t = 0; t < heads; t++) {
    const js = at(J, t * N * ld), C = at(couplings, t * N * ld), own = at(pull, t * ld);
    let random: u32 = 0;
    let r = 0;
    for (let i = 0; i < N; i++) {
      const v = t * N + i;
      store<f32>(at(base, v), linear * load<f32>(at(fields, v)));
      store<f32>(at(self, v), quadratic * load<f32>(at(js, i * ld + i)));
      for (let j = 0; j < N; j++) {
        const sum = load<f32>(at(js, i * ld + j)) + load<f32>(at(js, j * ld + i));
        store<f32>(at(C, i * ld + j), quadratic * sum + reach * <f32>abs<i32>(i - j));
      }
      for (let j = N; j < ld; j++) store<f32>(at(C, i * ld + j), 0);
      for (let b = 0; b < q; b++, r++) {
        if ((r & 31) == 0) random = nextBits(stream);
        const xr: f32 = random >>> 31 ? 1 : 0;
        random <<= 1;
        store<f32>(at(x, t * N * q + r), xr);
        store<f32>(at(counts, r), load<f32>(at(counts, r)) + xr);
      }
    }
    for (let i = 0; i < N; i++) {
      for (let b = 0; b < q; b++) {
        if (load<f32>(at(x, (t * N + i) * q + b)) != 0) addRow(own, at(C, i * ld), ld, load<f32>(at(beta, b)));
      }
    }
  }
}

// J [B, H, N, N4]; fields [B, H, N]; out [B, H, N, q] bytes; states [B, 4] words, advanced; factors: temperatures over the
// root mean square of the changes at the start; reach: 2 longRange / (N - 1); scratch: see the caller
export function annealSoft(
  batch: i32, headCount: i32, tokenCount: i32, q: i32,
  J: usize, fields: usize, out: usize, states: usize, table: usize, factors: usize, sweeps: i32,
  quadratic: f32, linear: f32, penalty: f32, reach: f32, scratch: usize,
): void {
  heads = headCount;
  tokens = tokenCount;
  bitCount = q;
  stride = (tokens + 3) & ~3;
  pair = penalty;
  thresholds = table;
  const variables = heads * tokens * q;
  couplings = scratch;
  pull = at(couplings, heads * tokens * stride);
  base = at(pull, heads * stride);
  self = at(base, heads * tokens);
  x = at(self, heads * tokens);
  counts = at(x, variables);
  beta = at(counts, tokens * q);
  for (let b = 0; b < q; b++) store<f32>(at(beta, b), <f32>(1 << b) / <f32>((1 << q) - 1));
  for (let s = 0; s < batch; s++) {
    stream = at(states, s * 4);
    prepare(at(J, s * heads * tokens * stride), at(fields, s * heads * tokens), quadratic, linear, reach);
    const rms = sqrt<f32>(passAll(MEASURE, 0) / <f32>variables);
    for (let k = 0; k < sweeps; k++) passAll(METROPOLIS, -(rms * load<f32>(at(factors, k))));
    descend(rms * <f32>1e-5);
    const to = out + <usize>(s * variables);
    for (let v = 0; v < variables; v++) store<u8>(to + <usize>v, <u8>load<f32>(at(x, v)));
  }
}
