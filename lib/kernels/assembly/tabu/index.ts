// Tabu search with one-flip moves in integers. d_j is what flipping j costs; V = 2 J, so that a flip of i changes d_j by
// 2 s_i s_j V_ij (old signs). Signs are masks: 0 for +1, -1 for -1. All arrays are padded to multiples of 4; a padded d is the
// largest integer and never chosen.

import { nextBits } from "../next_bits";

const LARGEST: i32 = 0x7fffffff;

// how a call ended
const SLICE_OVER: i32 = 0;
const STALLED: i32 = 1;
const TARGET: i32 = 2;

// forms of V
const DENSE_16: i32 = 0;
const DENSE_32: i32 = 1;

let stream: usize = 0;

// uniform below `bound` up to 2^-32
@inline
function below(bound: i32): i32 {
  return <i32>((<u64>nextBits(stream) * <u64>bound) >> 32);
}

@inline
function lowestLane(v: v128): i32 {
  const half = i32x4.min_s(v, i8x16.shuffle(v, v, 8, 9, 10, 11, 12, 13, 14, 15, 0, 1, 2, 3, 4, 5, 6, 7));
  return min(i32x4.extract_lane(half, 0), i32x4.extract_lane(half, 1));
}

let lowestFree: i32 = 0, lowestAny: i32 = 0;

// adds what the flip changes to every d and finds the lowest
@inline
function updateRow<T>(size: usize, row: usize, d: usize, s: usize, until: usize, flipped: i32, now: i32): void {
  const sign = i32x4.splat(flipped), time = i32x4.splat(now), none = i32x4.splat(LARGEST);
  let any = none, free = none;
  for (let k: usize = 0; k < size; k += 16) {
    const t = v128.xor(sign, v128.load(s + k));
    const v = sizeof<T>() == 2 ? v128.load_ext<i16>(row + (k >> 1)) : v128.load(row + k);
    const cost = i32x4.add(v128.load(d + k), i32x4.sub(v128.xor(i32x4.shl(v, 1), t), t));
    v128.store(d + k, cost);
    any = i32x4.min_s(any, cost);
    free = i32x4.min_s(free, v128.bitselect(none, cost, i32x4.gt_s(v128.load(until + k), time)));
  }
  lowestAny = lowestLane(any);
  lowestFree = lowestLane(free);
}

@inline
function scan(size: usize, d: usize, until: usize, now: i32): void {
  const time = i32x4.splat(now), none = i32x4.splat(LARGEST);
  let any = none, free = none;
  for (let k: usize = 0; k < size; k += 16) {
    const cost = v128.load(d + k);
    any = i32x4.min_s(any, cost);
    free = i32x4.min_s(free, v128.bitselect(none, cost, i32x4.gt_s(v128.load(until + k), time)));
  }
  lowestAny = lowestLane(any);
  lowestFree = lowestLane(free);
}

// the first j from `from` on, then from 0 on, with d_j = cost that is free (or any); -1 if there is none
@inline
function firstOf(from: i32, to: i32, cost: i32, d: usize, until: usize, now: i32): i32 {
  let j = from;
  for (; j < to && (j & 3) != 0; j++) {
    if (load<i32>(d + (<usize>j << 2)) == cost && load<i32>(until + (<usize>j << 2)) <= now) return j;
  }
  const wanted = i32x4.splat(cost), time = i32x4.splat(now);
  for (; j < to; j += 4) {
    const hit = i32x4.bitmask(v128.andnot(
      i32x4.eq(v128.load(d + (<usize>j << 2)), wanted),
      i32x4.gt_s(v128.load(until + (<usize>j << 2)), time),
    ));
    if (hit != 0) return j + ctz(hit);
  }
  return -1;
}

@inline
function updateNeighbours(V: usize, rowPtr: usize, columns: usize, d: usize, s: usize, at: usize, flipped: i32): void {
  const end = load<u32>(rowPtr + at, 4);
  for (let k = load<u32>(rowPtr + at); k < end; k++) {
    const j = <usize>load<u32>(columns + (<usize>k << 2)) << 2;
    const t = flipped ^ load<i32>(s + j);
    store<i32>(d + j, load<i32>(d + j) + (((load<i32>(V + (<usize>k << 2)) << 1) ^ t) - t));
  }
}

/** Flips up to `flips` of the spins that differ from `goal`; returns how many were flipped. The f64 energy of `state` follows. */
export function walk(
  form: i32,
  n: i32,
  V: usize,
  rowPtr: usize,
  columns: usize,
  d: usize,
  s: usize,
  until: usize,
  goal: usize,
  state: usize,
  flips: i32,
): i32 {
  const size: usize = <usize>((n + 3) & ~3) << 2;
  let energy = load<f64>(state);
  let made = 0;
  for (let i = 0; i < n && made < flips; i++) {
    const at = <usize>i << 2;
    const flipped = load<i32>(s + at);
    if (flipped == load<i32>(goal + at)) continue;
    const cost = load<i32>(d + at);
    energy += <f64>cost;
    store<i32>(d + at, -cost);
    if (form == DENSE_16) updateRow<i16>(size, V + ((<usize>i * size) >> 1), d, s, until, flipped, 0);
    else if (form == DENSE_32) updateRow<i32>(size, V + <usize>i * size, d, s, until, flipped, 0);
    else updateNeighbours(V, rowPtr, columns, d, s, at, flipped);
    store<i32>(s + at, ~flipped);
    made++;
  }
  store<f64>(state, energy);
  return made;
}

/**
 * Makes up to `moves` moves. `state` holds f64 energy, f64 lowest energy, i32 moves made, i32 move of the last improvement.
 * `best` receives the signs of the lowest state.
 */
export function search(
  form: i32,
  n: i32,
  V: usize,
  rowPtr: usize,
  columns: usize,
  d: usize,
  s: usize,
  until: usize,
  best: usize,
  rng: usize,
  state: usize,
  moves: i32,
  stall: i32,
  tenure: i32,
  spread: i32,
  target: f64,
): i32 {
  stream = rng;
  const size: usize = <usize>((n + 3) & ~3) << 2;
  let energy = load<f64>(state), lowest = load<f64>(state, 8);
  let now = load<i32>(state, 16), improved = load<i32>(state, 20);
  let pending = false;
  let ending = SLICE_OVER;
  scan(size, d, until, now);
  for (let m = 0; m < moves; m++) {
    // tabu or not, a move to a new lowest is made
    const aspires = energy + <f64>lowestAny < lowest || lowestFree == LARGEST;
    const cost = aspires ? lowestAny : lowestFree;
    const latest = aspires ? LARGEST : now;
    if (cost >= 0 && pending) {
      memory.copy(best, s, size);
      pending = false;
      if (lowest <= target) {
        ending = TARGET;
        break;
      }
    }
    if (now - improved >= stall) {
      ending = STALLED;
      break;
    }
    const from = below(n);
    let i = firstOf(from, n, cost, d, until, latest);
    if (i < 0) i = firstOf(0, from, cost, d, until, latest);
    now++;
    energy += <f64>cost;
    const at = <usize>i << 2;
    const flipped = load<i32>(s + at);
    store<i32>(d + at, -cost);
    store<i32>(until + at, now + tenure + below(spread));
    if (form == DENSE_16) updateRow<i16>(size, V + ((<usize>i * size) >> 1), d, s, until, flipped, now);
    else if (form == DENSE_32) updateRow<i32>(size, V + <usize>i * size, d, s, until, flipped, now);
    else {
      updateNeighbours(V, rowPtr, columns, d, s, at, flipped);
      scan(size, d, until, now);
    }
    store<i32>(s + at, ~flipped);
    if (energy < lowest) {
      lowest = energy;
      improved = now;
      pending = true;
    }
  }
  if (pending) memory.copy(best, s, size);
  if (pending && lowest <= target) ending = TARGET;
  store<f64>(state, energy);
  store<f64>(state, lowest, 8);
  store<i32>(state, now, 16);
  store<i32>(state, improved, 20);
  return ending;
}
