// The TypeScript twin of assembly/anneal_heads.ts: every float32 operation in the same order, so that reads are equal.
// gain_i = (couplings to the chosen) + base_i - 2 overlap count_i - 2 cardinality chosen - x_i self_i
import type { Floats } from "./arena.ts";
import type { HeadAnnealing } from "./head_annealing.ts";
import { roundUp4 } from "./round_up_4.ts";
import { nextBits } from "./_next_bits.ts";

const f = Math.fround;
const MAX_DESCENT = 200;
const enum Pass {
  Measure,
  Metropolis,
  Descend,
}

interface State {
  readonly task: HeadAnnealing;
  readonly half: number;
  readonly row: number;
  readonly stride: number;
  readonly scale: number;
  readonly overlap2: number;
  readonly cardinality2: number;
  /** S of each head, or the cached fields. */
  readonly cache: Floats;
  readonly cacheStep: number;
  readonly base: Floats;
  readonly self: Floats;
  readonly x: Floats;
  readonly counts: Floats;
  readonly chosen: Floats;
  readonly couplings: Floats;
}

function toggleSums(tokens: Floats, from: number, S: Floats, to: number, half: number, factor: number): void {
  for (let a = 0; a < half; a++) {
    S[to + a] = f(S[to + a] + f(factor * tokens[from + half + a]));
    S[to + half + a] = f(S[to + half + a] + f(factor * tokens[from + a]));
  }
}

// lanes are summed as ((0 + 2) + (1 + 3)), the q part and the k part apart until then
function dotSums(tokens: Floats, from: number, S: Floats, at: number, half: number): number {
  let l0 = 0, l1 = 0, l2 = 0, l3 = 0;
  let m0 = 0, m1 = 0, m2 = 0, m3 = 0;
  for (let a = 0; a < half; a += 4) {
    const q = from + a, k = q + half, s = at + a, r = s + half;
    l0 = f(l0 + f(tokens[q] * S[s]));
    l1 = f(l1 + f(tokens[q + 1] * S[s + 1]));
    l2 = f(l2 + f(tokens[q + 2] * S[s + 2]));
    l3 = f(l3 + f(tokens[q + 3] * S[s + 3]));
    m0 = f(m0 + f(tokens[k] * S[r]));
    m1 = f(m1 + f(tokens[k + 1] * S[r + 1]));
    m2 = f(m2 + f(tokens[k + 2] * S[r + 2]));
    m3 = f(m3 + f(tokens[k + 3] * S[r + 3]));
  }
  return f(f(f(l0 + m0) + f(l2 + m2)) + f(f(l1 + m1) + f(l3 + m3)));
}

// q_i . k_j + k_i . q_j
function crossProduct(tokens: Floats, i: number, j: number, half: number): number {
  let l0 = 0, l1 = 0, l2 = 0, l3 = 0;
  for (let a = 0; a < half; a += 4) {
    const p = i + a, r = j + a;
    const first = a === 0;
    l0 = cross(l0, tokens[p], tokens[r + half], tokens[p + half], tokens[r], first);
    l1 = cross(l1, tokens[p + 1], tokens[r + half + 1], tokens[p + half + 1], tokens[r + 1], first);
    l2 = cross(l2, tokens[p + 2], tokens[r + half + 2], tokens[p + half + 2], tokens[r + 2], first);
    l3 = cross(l3, tokens[p + 3], tokens[r + half + 3], tokens[p + half + 3], tokens[r + 3], first);
  }
  return f(f(l0 + l2) + f(l1 + l3));
}

function cross(sum: number, qi: number, kj: number, ki: number, qj: number, first: boolean): number {
  return first ? f(f(qi * kj) + f(ki * qj)) : f(f(sum + f(qi * kj)) + f(ki * qj));
}

/** Where the tokens of a head begin in `packed`. */
function rowsOf({ row, task: { heads, tokens, copies = 1 } }: State, problem: number, t: number): number {
  return Math.floor((problem * heads + t) / copies) * tokens * row;
}

function passHead(state: State, problem: number, t: number, pass: Pass, bar: number): number {
  const { task, half, row, stride, scale, overlap2, cardinality2, cache, base, self, x, counts, chosen, couplings } =
    state;
  const { packed, thresholds, states, dense, tokens } = task;
  const first = t * tokens;
  const own = t * state.cacheStep;
  const rows = rowsOf(state, problem, t);
  let n = chosen[t];
  let result = 0;
  let bits = 0;
  for (let i = 0; i < tokens; i++) {
    const v = first + i;
    const token = rows + i * row;
    const xi = x[v];
    const pull = dense ? cache[own + i] : dotSums(packed, token, cache, own, half);
    const gain = f(
      f(f(f(pull + base[v]) - f(overlap2 * counts[i])) - f(cardinality2 * n)) - f(xi * self[v]),
    );
    if (pass === Pass.Measure) {
      result = f(result + f(gain * gain));
      continue;
    }
    const sign = 1 - xi - xi;
    const drop = sign * gain;
    if (pass === Pass.Metropolis) {
      let index: number;
      if (i & 1) index = (bits >>> 8) & 4095;
      else {
        bits = nextBits(states, 4 * problem);
        index = bits >>> 20;
      }
      if (drop <= f(bar * thresholds[index])) continue;
    } else if (drop <= bar) continue;
    if (dense) {
      const J = v * stride;
      for (let j = 0; j < stride; j++) cache[own + j] = f(cache[own + j] + f(sign * couplings[J + j]));
    } else toggleSums(packed, token, cache, own, half, f(sign * scale));
    x[v] = xi + sign;
    counts[i] += sign;
    n += sign;
    result += 1;
  }
  chosen[t] = n;
  return result;
}

function passAll(state: State, problem: number, pass: Pass, bar: number): number {
  let result = 0;
  for (let t = 0; t < state.task.heads; t++) result = f(result + passHead(state, problem, t, pass, bar));
  return result;
}

// heads in turn, until none of them has anything to flip
function descend(state: State, problem: number, least: number): void {
  const { heads } = state.task;
  let clean = 0;
  for (let v = 0; clean < heads && v < MAX_DESCENT * heads; v++) {
    clean = passHead(state, problem, v % heads, Pass.Descend, least) === 0 ? clean + 1 : 0;
  }
}

function prepare(state: State, problem: number, lift: number, density: number): void {
  const { task, half, row, stride, scale, cache, base, self, x, counts, chosen, couplings } = state;
  const { packed, fields, states, tokens, heads, dense } = task;
  const weight = f(task.weights.field);
  counts.fill(0);
  cache.fill(0);
  for (let t = 0; t < heads; t++) {
    const own = t * state.cacheStep;
    const rows = rowsOf(state, problem, t);
    let n = 0;
    let bits = 0;
    for (let i = 0; i < tokens; i++) {
      const v = t * tokens + i;
      const token = rows + i * row;
      base[v] = f(f(weight * fields[problem * heads * tokens + v]) + lift);
      const product = dense ? 0 : f(scale * crossProduct(packed, token, token, half));
      self[v] = f(f(product - state.overlap2) - state.cardinality2);
      if (dense) {
        for (let j = 0; j < i; j++) couplings[v * stride + j] = couplings[(t * tokens + j) * stride + i];
        couplings[v * stride + i] = 0;
        for (let j = i + 1; j < tokens; j++) {
          couplings[v * stride + j] = f(scale * crossProduct(packed, token, rows + j * row, half));
        }
      }
      bits = i & 1 ? bits << 12 : nextBits(states, 4 * problem);
      x[v] = bits >>> 20 < density ? 1 : 0;
      if (x[v] === 0) continue;
      n++;
      counts[i]++;
      if (!dense) toggleSums(packed, token, cache, own, half, scale);
    }
    chosen[t] = n;
    if (!dense) continue;
    for (let i = 0; i < tokens; i++) {
      if (x[t * tokens + i] === 0) continue;
      const J = (t * tokens + i) * stride;
      for (let j = 0; j < stride; j++) cache[own + j] = f(cache[own + j] + couplings[J + j]);
    }
  }
}

function openState(task: HeadAnnealing): State {
  const { heads, tokens, width, scratch } = task;
  const half = roundUp4(width);
  const stride = roundUp4(tokens);
  const cacheStep = task.dense ? stride : 2 * half;
  let top = 0;
  const take = (length: number) => scratch.subarray(top, top += length);
  return {
    task,
    half,
    row: 2 * half,
    stride,
    scale: f(task.weights.coupling),
    overlap2: f(2 * f(task.weights.overlap)),
    cardinality2: f(2 * f(task.weights.cardinality)),
    cache: take(heads * cacheStep),
    cacheStep,
    base: take(heads * tokens),
    self: take(heads * tokens),
    x: take(heads * tokens),
    counts: take(tokens),
    chosen: take(heads),
    couplings: take(task.dense ? heads * tokens * stride : 0),
  };
}

/** Anneals every problem of the task, then descends; see `Kernels.annealHeads`. */
export function annealHeads(task: HeadAnnealing): void {
  const state = openState(task);
  const { temperatures, weights, chosen } = task;
  const variables = task.heads * task.tokens;
  const lift = f(f(weights.cardinality) * f(f(2 * f(weights.k)) - 1));
  const density = Math.round(task.density * 4096);
  for (let b = 0; b < task.samples; b++) {
    prepare(state, b, lift, density);
    const rms = f(Math.sqrt(f(passAll(state, b, Pass.Measure, 0) / variables)));
    for (let s = 0; s < temperatures.length; s++) passAll(state, b, Pass.Metropolis, -f(rms * temperatures[s]));
    descend(state, b, f(rms * f(1e-5)));
    for (let v = 0; v < variables; v++) chosen[b * variables + v] = state.x[v];
  }
}
