import { fingerprint, type Model, version } from "../../model/mod.ts";
import type { Ending, SampleOptions, SampleSet } from "../../samplers/mod.ts";

/** The set of a call that was stopped before there were chains: no rows. */
export function stoppedSet(
  sampler: string,
  model: Model,
  { numReads = 1, seed = 0, timeLimitMs, target }: SampleOptions,
  ending: Ending,
  setupMs: number,
): SampleSet {
  return {
    states: new Int8Array(0),
    energies: new Float64Array(0),
    counts: new Uint32Array(0),
    ending,
    story: {
      sampler,
      version,
      seed,
      options: { numReads, timeLimitMs: timeLimitMs ?? null, target: target ?? null, initialStates: "drawn" },
      fingerprint: fingerprint(model),
      vartype: model.vartype,
      variables: model.n,
      kernel: "none",
      completedReads: 0,
      clocks: { startedAt: new Date(Date.now() - setupMs).toISOString(), setupMs, sampleMs: 0 },
      ending,
      findings: {},
    },
  };
}
