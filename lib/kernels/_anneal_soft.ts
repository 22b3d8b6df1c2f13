// The TypeScript twin of assembly/anneal_soft.ts: every float32 operation in the same order, so that reads are equal.
// drop of setting bit b of token i = beta_b (F_i + base_i) + beta_b^2 self_i - penalty (heads that have the bit)
import type { Floats } from "./arena.ts";
import { roundUp4 } from "./round_up_4.ts";
import type { SoftAnnealing } from "./soft_annealing.ts";
import { nextBits } from "./_next_bits.ts";

const f = Math.fround;
const MAX_DESCENT = 200;
const enum Pass {
  Measure,
  Metropolis,
  Descend,
}

interface State {
  readonly task: SoftAnnealing;
  readonly stride: number;
  readonly penalty: number;
  readonly couplings: Floats;
  readonly pull: Floats;
  readonly base: Floats;
  readonly self: Floats;
  readonly x: Floats;
  readonly counts: Floats;
  readonly beta: Floats;
}

function addRow(pull: Floats, to: number, couplings: Floats, from: number, length: number, factor: number): void {
  for (let j = 0; j < length; j++) pull[to + j] = f(pull[to + j] + f(factor * couplings[from + j]));
}

function passHead(state: State, problem: number, t: number, pass: Pass, bar: number): number {
  const { task, stride, penalty, couplings, pull, base, self, x, counts, beta } = state;
  const { tokens, bits, thresholds, states } = task;
  const first = t * tokens;
  let result = 0;
  let random = 0;
  for (let i = 0, r = 0; i < tokens; i++) {
    for (let b = 0; b < bits; b++, r++) {
      const xr = x[first * bits + r];
      const step = beta[b];
      const sign = 1 - xr - xr;
      const gain = f(f(step * f(pull[t * stride + i] + base[first + i])) - f(penalty * f(counts[r] - xr)));
      const drop = f(sign * gain + f(f(step * step) * self[first + i]));
      if (pass === Pass.Measure) {
        result = f(result + f(drop * drop));
        continue;
      }
      if (pass === Pass.Metropolis) {
        let index: number;
        if (r & 1) index = (random >>> 8) & 4095;
        else {
          random = nextBits(states, 4 * problem);
          index = random >>> 20;
        }
        if (drop <= f(bar * thresholds[index])) continue;
      } else if (drop <= bar) continue;
      addRow(pull, t * stride, couplings, (first + i) * stride, stride, f(sign * step));
      x[first * bits + r] = xr + sign;
      counts[r] += sign;
      result += 1;
    }
  }
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

function prepare(state: State, problem: number): void {
  const { task, stride, couplings, pull, base, self, x, counts, beta } = state;
  const { heads, tokens, bits, fields, states } = task;
  const J = task.couplings;
  const [quadratic, linear, reach] = [task.weights.quadratic, task.weights.linear, task.weights.reach].map(f);
  counts.fill(0);
  pull.fill(0);
  for (let t = 0; t < heads; t++) {
    const own = (problem * heads + t) * tokens * stride;
    let random = 0;
    for (let i = 0, r = 0; i < tokens; i++) {
      const v = t * tokens + i;
      base[v] = f(linear * fields[problem * heads * tokens + v]);
      self[v] = f(quadratic * J[own + i * stride + i]);
      for (let j = 0; j < tokens; j++) {
        const sum = f(J[own + i * stride + j] + J[own + j * stride + i]);
        couplings[v * stride + j] = f(f(quadratic * sum) + f(reach * Math.abs(i - j)));
      }
      for (let j = tokens; j < stride; j++) couplings[v * stride + j] = 0;
      for (let b = 0; b < bits; b++, r++) {
        if ((r & 31) === 0) random = nextBits(states, 4 * problem);
        x[t * tokens * bits + r] = random >>> 31;
        counts[r] += random >>> 31;
        random <<= 1;
      }
    }
    for (let i = 0; i < tokens; i++) {
      const v = t * tokens + i;
      for (let b = 0; b < bits; b++) {
        if (x[v * bits + b] !== 0) addRow(pull, t * stride, couplings, v * stride, stride, beta[b]);
      }
    }
  }
}

function openState(task: SoftAnnealing): State {
  const { heads, tokens, bits, scratch } = task;
  const stride = roundUp4(tokens);
  let top = 0;
  const take = (length: number) => scratch.subarray(top, top += length);
  const state = {
    task,
    stride,
    penalty: f(task.weights.penalty),
    couplings: take(heads * tokens * stride),
    pull: take(heads * stride),
    base: take(heads * tokens),
    self: take(heads * tokens),
    x: take(heads * tokens * bits),
    counts: take(tokens * bits),
    beta: take(bits),
  };
  for (let b = 0; b < bits; b++) state.beta[b] = f(2 ** b / (2 ** bits - 1));
  return state;
}

/** Anneals every problem of the task, then descends; see `Kernels.annealSoft`. */
export function annealSoft(task: SoftAnnealing): void {
  const state = openState(task);
  const { temperatures, chosen } = task;
  const variables = task.heads * task.tokens * task.bits;
  for (let s = 0; s < task.samples; s++) {
    prepare(state, s);
    const rms = f(Math.sqrt(f(passAll(state, s, Pass.Measure, 0) / variables)));
    for (let k = 0; k < temperatures.length; k++) passAll(state, s, Pass.Metropolis, -f(rms * temperatures[k]));
    descend(state, s, f(rms * f(1e-5)));
    for (let v = 0; v < variables; v++) chosen[s * variables + v] = state.x[v];
  }
}
