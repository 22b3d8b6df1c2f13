// The thread behind solverFrom(): makes the sampler once, then answers requests through shared memory.
import { parentPort } from "node:worker_threads";
import { type Sampler, samplerFromOrigin, type SampleSet } from "../samplers/mod.ts";
import { Rng } from "../random/mod.ts";
import { attentionQubo } from "./attention_qubo.ts";
import { ReplyStatus, type SolverRequest, writeReply } from "./_solver_reply.ts";

let sampler: Promise<Sampler> | undefined;

parentPort?.on("message", async (request: SolverRequest) => {
  try {
    sampler ??= samplerFromOrigin(request.origin);
    writeReply(request.reply, ReplyStatus.done, await solveAll(await sampler, request));
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    writeReply(request.reply, ReplyStatus.failed, new TextEncoder().encode(text));
  }
});

async function solveAll(
  sampler: Sampler,
  { problem, seed, firstStream, numReads }: SolverRequest,
): Promise<Uint8Array> {
  const n = problem.heads * problem.tokens;
  const chosen = new Uint8Array(problem.batch * n);
  const seeds = Array.from({ length: problem.batch }, (_, b) => new Rng(seed, firstStream + b).uint32());
  const take = (b: number, { states, energies, ending }: SampleSet) => {
    if (ending === "machine-failed" || energies.length === 0 || states.length !== energies.length * n) {
      const [reads, values] = [energies.length, states.length];
      throw new Error(
        `problem ${b} of ${n} variables came back with ${reads} reads, ${values} values, ending ${ending}`,
      );
    }
    let best = 0;
    for (let r = 1; r < energies.length; r++) if (energies[r] < energies[best]) best = r;
    chosen.set(states.subarray(best * n, (best + 1) * n), b * n);
  };
  if (sampler.sampleAll === undefined) {
    for (let b = 0; b < seeds.length; b++) {
      take(b, await sampler.sample(attentionQubo(problem, b), { numReads, seed: seeds[b] }));
    }
    return chosen;
  }
  const models = seeds.map((_, b) => attentionQubo(problem, b));
  const sets = await sampler.sampleAll(models, { numReads, seeds });
  if (sets.length !== models.length) {
    throw new Error(`${models.length} problems came back as ${sets.length} sample sets`);
  }
  sets.forEach((set, b) => take(b, set));
  return chosen;
}
