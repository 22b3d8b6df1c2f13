import { Worker } from "node:worker_threads";
import { checkOptionNames } from "../model/mod.ts";
import type { Sampler, SamplerOrigin } from "../samplers/mod.ts";
import { checkSolveOptions } from "./_check_options.ts";
import { openReply, ReplyStatus, type SolverRequest, waitForReply } from "./_solver_reply.ts";
import { checkChosen, checkProblem } from "./check_problem.ts";
import { energiesOf } from "./energies.ts";
import type { AttentionProblem, AttentionSolver, Selection, SolveOptions } from "./types.ts";

const KNOWN = ["numReads", "timeLimitMs"];

/** Options of {@link solverFrom}. */
export interface SolverFromOptions {
  /** Reads a problem, where a call does not say `replicas`; the read of lowest energy is taken. @default {1} */
  readonly numReads?: number;
  /** The longest that one call of `solve` waits, for all its problems together. @default {60000} */
  readonly timeLimitMs?: number;
}

/** A solver with a thread of its own. The thread starts with the first call and never keeps a program from ending. */
export interface WaitingSolver extends AttentionSolver {
  /** Ends the thread now; a later call starts another. */
  close(): void;
  /** The same, at the end of a `using` block. */
  [Symbol.dispose](): void;
}

/**
 * Puts any sampler behind an attention layer: the sampler works in a thread, the layer waits for it.
 *
 * The thread makes the sampler again from its `origin`, samples `attentionQubo(problem, b)` for one b after the other, and
 * answers through shared memory. Problem b is sampled with the seed `new Rng(seed, firstStream + b).uint32()`, so that a part
 * of a batch is solved as the whole batch is. `sweeps` is not read: how long a sampler works is said where it is made. A
 * sampler with `sampleAll` is given all problems at once, and may then solve them together (`packed`).
 *
 * @param sampler any sampler with an `origin`, a remote one too
 * @param options see {@link SolverFromOptions}
 * @returns a solver of the sampler's name; `solve` blocks its thread, the main thread too, and throws an Error with the
 *   sampler's own words if the sampler fails, and one that names the limit if the time is over
 * @throws {TypeError} if the sampler has no origin, the origin cannot be sent to a thread, or an option is unknown
 * @throws {RangeError} if an option is out of range
 *
 * Cost that of the sampler and of B dense QUBOs of H N variables; about 0.1 s for the first call, 0.1 ms a later one.
 *
 * @example The exact minimum of one head of one token
 * ```ts
 * import { solverFrom } from "qama/attention";
 * import { exactEnumeration } from "qama/samplers";
 * import { assertEquals } from "@std/assert";
 * using solver = solverFrom(exactEnumeration());
 * const one = Float32Array.of(1);
 * const problem = { batch: 1, heads: 1, tokens: 1, width: 1, queries: one, keys: one, fields: one };
 * const weights = { coupling: 1, field: 1, overlap: 0 };
 * assertEquals(solver.solve({ ...problem, weights }, { seed: 1 }).energies[0], -1);
 * ```
 */
export function solverFrom(sampler: Sampler, options: SolverFromOptions = {}): WaitingSolver {
  checkOptionNames("Cannot make a solver", options, KNOWN);
  const { numReads = 1, timeLimitMs = 60_000 } = options;
  if (!Number.isSafeInteger(numReads) || numReads < 1) {
    throw new RangeError(`Cannot make a solver: numReads must be an integer from 1, got ${numReads}`);
  }
  if (!(timeLimitMs > 0)) {
    throw new RangeError(`Cannot make a solver: timeLimitMs must be a positive number, got ${timeLimitMs}`);
  }
  return new SolverThread(sampler.name, originOf(sampler), numReads, timeLimitMs);
}

function originOf({ name, origin }: Sampler): SamplerOrigin {
  if (origin === undefined) {
    throw new TypeError(
      `Cannot make a solver from ${name}: it has no origin, so that no thread can make it again; give the sampler ` +
        `origin: { module, name, options }, a module and the name of the function in it that makes the sampler`,
    );
  }
  try {
    return structuredClone({ module: origin.module, name: origin.name, options: origin.options });
  } catch (error) {
    throw new TypeError(
      `Cannot make a solver from ${name}: its options cannot be sent to a thread; leave functions and handles out of them`,
      { cause: error },
    );
  }
}

class SolverThread implements WaitingSolver {
  readonly name: string;
  readonly #origin: SamplerOrigin;
  readonly #numReads: number;
  readonly #timeLimitMs: number;
  #worker: Worker | undefined;

  constructor(name: string, origin: SamplerOrigin, numReads: number, timeLimitMs: number) {
    this.name = name;
    this.#origin = origin;
    this.#numReads = numReads;
    this.#timeLimitMs = timeLimitMs;
  }

  solve(problem: AttentionProblem, options: SolveOptions): Selection {
    checkProblem(problem);
    checkSolveOptions(options);
    const { seed, firstStream = 0, replicas: numReads = this.#numReads } = options;
    const reply = openReply(problem.batch * problem.heads * problem.tokens);
    const request: SolverRequest = { origin: this.#origin, problem, seed, firstStream, numReads, reply };
    this.#worker ??= this.#start();
    this.#worker.postMessage(request);
    const { status, bytes } = waitForReply(reply, this.#timeLimitMs);
    if (status === ReplyStatus.pending) {
      this.close();
      throw new Error(
        `Cannot solve with ${this.name}: no answer within ${this.#timeLimitMs} ms for ${problem.batch} problems of ` +
          `${problem.heads * problem.tokens} variables; raise timeLimitMs or make the sampler quicker`,
      );
    }
    if (status === ReplyStatus.failed) {
      throw new Error(`Cannot solve with ${this.name}: ${new TextDecoder().decode(bytes)}`);
    }
    checkChosen(problem, bytes);
    return { chosen: bytes, energies: energiesOf(problem, bytes), solver: this.name };
  }

  close(): void {
    void this.#worker?.terminate();
    this.#worker = undefined;
  }

  [Symbol.dispose](): void {
    this.close();
  }

  #start(): Worker {
    const worker = new Worker(threadModule());
    // an idle thread does not keep the program alive
    worker.unref();
    worker.on("error", () => {
      if (this.#worker === worker) this.#worker = undefined;
    });
    return worker;
  }
}

// threads of this kind start from local files or from data; a package that came over the network is imported by the latter
function threadModule(): URL {
  const url = new URL("./_solver_worker.ts", import.meta.url);
  if (url.protocol === "file:") return url;
  return new URL(`data:text/javascript,import ${encodeURIComponent(JSON.stringify(url.href))}`);
}
