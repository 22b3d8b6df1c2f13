import {
  energies as energiesOf,
  isingFromQubo,
  isingModel,
  type Model,
  quantiseModel,
  quboModel,
} from "../../model/mod.ts";
import type { Outcome } from "./_outcome.ts";
import type { JobFault } from "./types.ts";

/** The outcome as a machine tells it that gets one thing wrong. */
export function wrongAnswer(outcome: Outcome, model: Model, fault: JobFault): Outcome {
  const { states, energies } = outcome;
  switch (fault) {
    case "lost":
      return outcome;
    case "duplicate":
      return {
        ...outcome,
        states: twice(states, model.n),
        energies: Float64Array.from({ length: 2 * energies.length }, (_, k) => energies[k >> 1]),
      };
    case "energy-sign":
      return { ...outcome, energies: energies.map((energy) => -energy) };
    case "energy-factor":
      return { ...outcome, energies: energies.map((energy) => 2 * energy) };
    case "energy-offset": {
      const constant = missingConstant(model);
      return { ...outcome, energies: energies.map((energy) => energy - constant) };
    }
    case "energy-order":
      return { ...outcome, states: states.map((_, k) => states[k - k % model.n + model.n - 1 - k % model.n]) };
    case "energy-vartype": {
      const { couplings, linear, offset } = model;
      const other = model.vartype === "ising"
        ? quboModel({ couplings, linear, offset })
        : isingModel({ couplings, linear, offset });
      const values = states.map((value) => value > 0 ? 1 : model.vartype === "ising" ? 0 : -1);
      return { ...outcome, energies: energiesOf(other, values) };
    }
    case "energy-rounding": {
      const { model: whole, step } = quantiseModel(model, { bits: 4 });
      return { ...outcome, energies: energiesOf(whole, states).map((energy) => energy * step) };
    }
  }
}

// what a QUBO has beside its Ising model, and where that is nothing, something
function missingConstant(model: Model): number {
  const constant = model.vartype === "qubo" ? isingFromQubo(model).offset : model.offset;
  return constant !== 0 ? constant : 1 + Math.max(...model.linear.slice(0, 1000).map(Math.abs), 0);
}

function twice(states: Int8Array, n: number): Int8Array {
  const out = new Int8Array(2 * states.length);
  for (let at = 0; at < states.length; at += n) {
    out.set(states.subarray(at, at + n), 2 * at);
    out.set(states.subarray(at, at + n), 2 * at + n);
  }
  return out;
}
