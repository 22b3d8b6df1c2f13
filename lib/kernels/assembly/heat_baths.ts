// Heat baths of Ising models over positions, four chains in the lanes of a vector:
// log p(x) = sum_j s_j x_j + sum_r C_r sum_j x_j x_{j + r} + a constant, x in {0, 1}^N.
import { at, exp4, log4, sum4 } from "./vector";
import { nextBits, output4, rotated4 } from "./next_bits";

// each lane's next 32 bits of its own xoshiro128**; word w of lane l at 4 w + l
@inline
function draw4(lanes: usize): v128 {
  const s0 = v128.load(lanes), s1 = v128.load(lanes, 16);
  const s2 = v128.xor(v128.load(lanes, 32), s0), s3 = v128.xor(v128.load(lanes, 48), s1);
  v128.store(lanes, v128.xor(s0, s3));
  v128.store(lanes, v128.xor(s1, s2), 16);
  v128.store(lanes, v128.xor(s2, i32x4.shl(s1, 9)), 32);
  v128.store(lanes, rotated4(s3, 11), 48);
  return output4(s1);
}

// ln(u / (1 - u)) of four numbers u, odd multiples of 2^-24 below 1: what a sum has to pass. No state is needed for it, so that it is
// ready when the state is
@inline
function bars(lanes: usize): v128 {
  const odd = v128.or(i32x4.shr_u(draw4(lanes), 8), i32x4.splat(1));
  const u = f32x4.mul(f32x4.convert_i32x4_s(odd), f32x4.splat(5.9604644775390625e-8));
  return f32x4.sub(log4(u), log4(f32x4.sub(f32x4.splat(1), u)));
}

// four streams out of one
function openLanes(stream: usize, lanes: usize): void {
  for (let lane = 0; lane < 4; lane++) {
    for (let word = 0; word < 4; word++) store<u32>(at(lanes, 4 * word + lane), nextBits(stream));
  }
}

// s_j + sum_r C_r (x_{j - r} + x_{j + r}), the nearest last: it was changed just before; x stands between `reach` empty places on
// either side
@inline
function pull(score: f32, x: usize, C: usize, reach: i32): v128 {
  let sum = f32x4.splat(score);
  for (let r = reach; r > 0; r--) {
    const both = f32x4.add(v128.load(at(x, -4 * r)), v128.load(at(x, 4 * r)));
    sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at(C, r - 1)), both));
  }
  return sum;
}

// scores [B, N]; C [reach]; stream: four words, advanced by 16; chosen [B, chains, N] bytes; m [B, N]; scratch: 4 (N + 2 reach + 4)
export function heatBaths(
  problems: i32, tokens: i32, chains: i32, sweeps: i32, reach: i32,
  scores: usize, C: usize, stream: usize, chosen: usize, m: usize, scratch: usize,
): void {
  const one = f32x4.splat(1), x = at(scratch, 4 * reach), lanes = at(x, 4 * (tokens + reach));
  const share: f32 = <f32>1 / <f32>chains;
  openLanes(stream, lanes);
  memory.fill(scratch, 0, <usize>(4 * (tokens + 2 * reach)) << 2);
  for (let b = 0; b < problems; b++) {
    const s = at(scores, b * tokens), mean = at(m, b * tokens);
    memory.fill(mean, 0, <usize>tokens << 2);
    for (let first = 0; first < chains; first += 4) {
      for (let j = 0; j < tokens; j++) v128.store(at(x, 4 * j), f32x4.convert_i32x4_s(i32x4.shr_u(draw4(lanes), 31)));
      for (let sweep = 0; sweep < sweeps; sweep++) {
        for (let j = 0; j < tokens; j++) {
          const own = at(x, 4 * j), passed = f32x4.gt(pull(load<f32>(at(s, j)), own, C, reach), bars(lanes));
          v128.store(own, v128.and(passed, one));
        }
      }
      const used = min(4, chains - first);
      for (let j = 0; j < tokens; j++) {
        const own = at(x, 4 * j), odds = exp4(f32x4.neg(pull(load<f32>(at(s, j)), own, C, reach)));
        const p = f32x4.div(one, f32x4.add(one, odds));
        let sum = load<f32>(at(mean, j)) + f32x4.extract_lane(p, 0);
        if (used > 1) sum += f32x4.extract_lane(p, 1);
        if (used > 2) sum += f32x4.extract_lane(p, 2);
        if (used > 3) sum += f32x4.extract_lane(p, 3);
        store<f32>(at(mean, j), sum);
        for (let lane = 0; lane < used; lane++) {
          const place = chosen + <usize>((b * chains + first + lane) * tokens + j);
          store<u8>(place, <u8>load<f32>(at(own, lane)));
        }
      }
    }
    for (let j = 0; j < tokens; j++) store<f32>(at(mean, j), share * load<f32>(at(mean, j)));
  }
}

// the last states of up to four chains into the lanes, the other lanes zero
@inline
function lay(tokens: i32, used: i32, from: usize, x: usize): void {
  for (let lane = 0; lane < 4; lane++) {
    for (let j = 0; j < tokens; j++) {
      store<f32>(at(x, 4 * j + lane), lane < used ? <f32>load<u8>(from + <usize>(lane * tokens + j)) : 0);
    }
  }
}

// g [B, N]; ds [B, N], written; dC [reach] doubles, added to; scratch: 4 (N + reach) and the chains, padded to fours
export function heatBathsBackward(
  problems: i32, tokens: i32, chains: i32, reach: i32,
  chosen: usize, g: usize, ds: usize, dC: usize, scratch: usize,
): void {
  const x = scratch, sums = at(x, 4 * (tokens + reach));
  memory.fill(scratch, 0, <usize>(4 * (tokens + reach)) << 2);
  for (let b = 0; b < problems; b++) {
    const slopes = at(g, b * tokens), to = at(ds, b * tokens), states = chosen + <usize>(b * chains * tokens);
    let total: f32 = 0;
    for (let first = 0; first < chains; first += 4) {
      lay(tokens, min(4, chains - first), states + <usize>(first * tokens), x);
      let sum = f32x4.splat(0);
      for (let j = 0; j < tokens; j++) {
        sum = f32x4.add(sum, f32x4.mul(v128.load_splat<f32>(at(slopes, j)), v128.load(at(x, 4 * j))));
      }
      v128.store(at(sums, first), sum);
      total += sum4(sum);
    }
    const mean = f32x4.splat(total / <f32>chains), scale = f32x4.splat(<f32>1 / <f32>(chains - 1));
    memory.fill(to, 0, <usize>tokens << 2);
    for (let first = 0; first < chains; first += 4) {
      // one group of chains is still laid out
      if (chains > 4) lay(tokens, min(4, chains - first), states + <usize>(first * tokens), x);
      const w = f32x4.mul(f32x4.sub(v128.load(at(sums, first)), mean), scale);
      for (let j = 0; j < tokens; j++) {
        store<f32>(at(to, j), load<f32>(at(to, j)) + sum4(f32x4.mul(w, v128.load(at(x, 4 * j)))));
      }
      for (let r = 1; r <= reach; r++) {
        let pairs = f32x4.splat(0);
        for (let j = 0; j < tokens; j++) {
          pairs = f32x4.add(pairs, f32x4.mul(v128.load(at(x, 4 * j)), v128.load(at(x, 4 * (j + r)))));
        }
        const place = dC + (<usize>(r - 1) << 3);
        store<f64>(place, load<f64>(place) + <f64>sum4(f32x4.mul(w, pairs)));
      }
    }
  }
}
