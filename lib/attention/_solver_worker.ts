// The thread behind solverFrom(): makes the sampler once, then answers requests through shared memory.
import { parentPort } from "node:worker_threads";
import type { Sampler, SamplerOrigin } from "../samplers/mod.ts";
import { Rng } from "../random/mod.ts";
import { attentionQubo } from "./attention_qubo.ts";
import { ReplyStatus, type SolverRequest, writeReply } from "./_solver_reply.ts";

let sampler: Promise<Sampler> | undefined;

parentPort?.on("message", async (request: SolverRequest) => {
  try {
    sampler ??= makeSampler(request.origin);
    writeReply(request.reply, ReplyStatus.done, await solveAll(await sampler, request));
  } catch (error) {
    const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    writeReply(request.reply, ReplyStatus.failed, new TextEncoder().encode(text));
  }
});

async function makeSampler({ module, name, options }: SamplerOrigin): Promise<Sampler> {
  const factory: unknown = (await import(module))[name];
  if (typeof factory !== "function") {
    throw new TypeError(`Cannot make the sampler: ${module} exports no function ${name}`);
  }
  const made: unknown = factory(options);
  if (!isSampler(made)) throw new TypeError(`Cannot make the sampler: ${name}() of ${module} returned no sampler`);
  return made;
}

function isSampler(value: unknown): value is Sampler {
  return typeof value === "object" && value !== null && "sample" in value && typeof value.sample === "function";
}

async function solveAll(
  sampler: Sampler,
  { problem, seed, firstStream, numReads }: SolverRequest,
): Promise<Uint8Array> {
  const n = problem.heads * problem.tokens;
  const chosen = new Uint8Array(problem.batch * n);
  for (let b = 0; b < problem.batch; b++) {
    const own = new Rng(seed, firstStream + b).uint32();
    const { states, energies, ending } = await sampler.sample(attentionQubo(problem, b), { numReads, seed: own });
    if (ending === "machine-failed" || energies.length === 0 || states.length !== energies.length * n) {
      const [reads, values] = [energies.length, states.length];
      throw new Error(
        `problem ${b} of ${n} variables came back with ${reads} reads, ${values} values, ending ${ending}`,
      );
    }
    let best = 0;
    for (let r = 1; r < energies.length; r++) if (energies[r] < energies[best]) best = r;
    chosen.set(states.subarray(best * n, (best + 1) * n), b * n);
  }
  return chosen;
}
