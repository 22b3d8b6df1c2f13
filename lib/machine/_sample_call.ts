import { fingerprint, type Model, version } from "../model/mod.ts";
import { Rng } from "../random/mod.ts";
import type { Ending, SampleSet, Story } from "../samplers/mod.ts";
import { MachineError } from "./errors.ts";
import { LeftJob } from "./_flight.ts";
import type { JobOutcome } from "./job_types.ts";
import type { JobRunner } from "./job_runner.ts";
import { plainUrl } from "./job_key.ts";
import type { SampleRequest } from "./_sample_request.ts";
import { type EnergyCheck, energyFindings, reEnergise } from "./re_energise.ts";
import type { EncodedJob, JobRequest, MachineAnswer, MachineProtocol } from "./types.ts";

/** Rows of one answered job. */
interface Part {
  readonly reads: number;
  readonly answer: MachineAnswer;
  readonly energies: Float64Array;
  readonly check: EnergyCheck;
  readonly outcome: JobOutcome;
}

/** One call of `sample()`: its reads shared out among jobs, and what comes back put together. */
export class SampleCall {
  readonly #protocol: MachineProtocol;
  readonly #runner: () => Promise<JobRunner>;
  readonly #model: Model;
  readonly #request: SampleRequest;
  readonly #atOnce: number;
  readonly #deadlineMs: number;
  readonly #startedAt = new Date().toISOString();
  readonly #start = performance.now();
  readonly #fingerprint: string;
  readonly #seed: number;
  readonly #parts: (Part | undefined)[] = [];
  readonly #stop = new AbortController();
  #setupMs = 0;
  #left = 0;
  #cancelled = 0;
  #failure: unknown;
  #reached = Infinity;
  #lowest = Infinity;
  #lowestState: Int8Array | undefined;

  constructor(
    protocol: MachineProtocol,
    runner: () => Promise<JobRunner>,
    model: Model,
    request: SampleRequest,
    settings: { readonly atOnce: number; readonly deadlineMs: number },
  ) {
    this.#protocol = protocol;
    this.#runner = runner;
    this.#model = model;
    this.#request = request;
    this.#atOnce = settings.atOnce;
    this.#deadlineMs = settings.deadlineMs;
    this.#fingerprint = fingerprint(model);
    // not drawn: a call without a seed is the same job each time
    this.#seed = request.seed ?? parseInt(this.#fingerprint.slice(0, 8), 16);
  }

  async run(): Promise<SampleSet> {
    const { numReads, signal } = this.#request;
    if (this.#model.n === 0) return this.#noVariables();
    const most = this.#protocol.limits.reads;
    const parts = Math.ceil(numReads / most);
    this.#parts.length = parts;
    const stop = () => this.#stop.abort();
    if (signal?.aborted) stop();
    signal?.addEventListener("abort", stop, { once: true });
    try {
      let next = 0;
      const worker = async () => {
        while (next < parts && this.#mayGoOn()) {
          const k = next++;
          await this.#runPart(k, Math.min(most, numReads - k * most));
        }
      };
      await Promise.all(Array.from({ length: Math.min(this.#atOnce, parts) }, worker));
    } finally {
      signal?.removeEventListener("abort", stop);
    }
    return this.#result();
  }

  #mayGoOn(): boolean {
    return !this.#stop.signal.aborted && this.#failure === undefined && this.#reached === Infinity &&
      this.#leftMs() > 0;
  }

  #leftMs(): number {
    return this.#request.timeLimitMs - (performance.now() - this.#start);
  }

  async #runPart(k: number, numReads: number): Promise<void> {
    try {
      const seed = k === 0 ? this.#seed : new Rng(this.#seed, k).uint32();
      const tag = `qama-${this.#fingerprint.slice(0, 16)}`;
      const asked = { numReads, seed, tag };
      const job = this.#protocol.encode(this.#model, asked);
      const runner = await this.#runner();
      if (this.#setupMs === 0) this.#setupMs = performance.now() - this.#start;
      if (!this.#mayGoOn()) return;
      const outcome = await runner.run(
        { job, part: k, ...(this.#request.seed !== undefined && { seed: this.#request.seed }) },
        { signal: this.#stop.signal, deadlineMs: Math.min(this.#deadlineMs, this.#leftMs()) },
      );
      this.#take(k, asked, job, outcome);
    } catch (error) {
      if (error instanceof LeftJob) {
        this.#left++;
        if (error.cancelled) this.#cancelled++;
      } else if (error instanceof MachineError && error.fault === "deadline" && this.#leftMs() <= 0) this.#left++;
      else this.#failure ??= error;
    }
  }

  #take(k: number, asked: JobRequest, { scale, offset }: EncodedJob, outcome: JobOutcome): void {
    const answer = outcome.answer!;
    const sent = () => this.#protocol.rounded?.(this.#model, asked) ?? this.#model;
    const { energies: own, check } = reEnergise(this.#model, answer.states, answer.reported, { scale, offset, sent });
    this.#parts[k] = { reads: asked.numReads, answer, energies: own, check, outcome };
    const n = this.#model.n;
    for (let r = 0; r < own.length; r++) {
      if (!(own[r] < this.#lowest)) continue;
      this.#lowest = own[r];
      this.#lowestState = answer.states.slice(r * n, (r + 1) * n);
    }
    if (this.#lowest <= this.#request.target) {
      this.#reached = Math.min(this.#reached, k);
      this.#stop.abort();
    }
    this.#report();
  }

  #report(): void {
    const { numReads, onProgress } = this.#request;
    const reads = this.#parts.reduce((sum, part) => sum + (part?.reads ?? 0), 0);
    onProgress?.({
      sampler: this.#protocol.name,
      reads,
      numReads,
      lowestEnergy: this.#lowest,
      ...(this.#lowestState && { lowestState: this.#lowestState.slice() }),
      elapsedMs: performance.now() - this.#start,
      share: reads / numReads,
    });
  }

  #result(): SampleSet {
    const parts = this.#parts.filter((part) => part !== undefined);
    const rows = this.#rows(parts);
    const whole = parts.length === this.#parts.length;
    const ending: Ending = rows.reached
      ? "target-reached"
      : this.#failure !== undefined
      ? "machine-failed"
      : whole && this.#request.signal?.aborted !== true
      ? "completed"
      : this.#request.signal?.aborted
      ? "interrupted"
      : whole
      ? "completed"
      : "timed-out";
    if (ending === "machine-failed" && parts.length === 0) throw this.#failure;
    const findings = this.#findings(parts);
    if (this.#failure !== undefined) findings.failure = wordsOf(this.#failure);
    return this.#set(rows, ending, "remote", parts.reduce((sum, { reads }) => sum + reads, 0), findings);
  }

  #rows(parts: readonly Part[]): Pick<SampleSet, "states" | "energies" | "counts"> & { readonly reached: boolean } {
    const { target } = this.#request;
    const n = this.#model.n;
    const total = parts.reduce((sum, part) => sum + part.energies.length, 0);
    const states = new Int8Array(total * n);
    const own = new Float64Array(total);
    const counts = new Uint32Array(total).fill(1);
    let at = 0;
    for (const { answer, energies } of parts) {
      states.set(answer.states, at * n);
      own.set(energies, at);
      if (answer.counts !== undefined) counts.set(answer.counts, at);
      at += energies.length;
    }
    const first = own.findIndex((energy) => energy <= target);
    if (first < 0) return { states, energies: own, counts, reached: false };
    const rows = first + 1;
    return {
      states: states.slice(0, rows * n),
      energies: own.slice(0, rows),
      counts: counts.slice(0, rows),
      reached: true,
    };
  }

  #findings(parts: readonly Part[]): Record<string, number | string | boolean> {
    const sum = (of: (part: Part) => number) => parts.reduce((total, part) => total + of(part), 0);
    const timed = parts.filter(({ answer }) => answer.machineMs !== undefined);
    const ids = parts.map(({ outcome }) => outcome.id).filter((id) => id !== undefined);
    return {
      ...(parts.length === 1 ? parts[0].answer.findings : {}),
      ...(parts.length > 0 && energyFindings(checkOf(parts.map(({ check }) => check)))),
      url: plainUrl(this.#protocol.url),
      jobs: parts.length,
      cachedJobs: sum(({ outcome }) => outcome.cached ? 1 : 0),
      requests: sum(({ outcome }) => outcome.requests),
      sentBytes: sum(({ outcome }) => outcome.sentBytes),
      receivedBytes: sum(({ outcome }) => outcome.receivedBytes),
      ...(timed.length > 0 && { machineMs: sum(({ answer }) => answer.machineMs ?? 0) }),
      ...(ids.length > 0 && { jobIds: ids.join(" ") }),
      ...(this.#left > 0 && { jobsLeft: this.#left - this.#cancelled, jobsCancelled: this.#cancelled }),
    };
  }

  #noVariables(): SampleSet {
    const { numReads } = this.#request;
    const energies = new Float64Array(numReads).fill(this.#model.offset);
    this.#lowest = this.#model.offset;
    this.#lowestState = new Int8Array(0);
    this.#report();
    const rows = { states: new Int8Array(0), energies, counts: new Uint32Array(numReads).fill(1) };
    const ending = this.#request.signal?.aborted
      ? "interrupted"
      : this.#model.offset <= this.#request.target
      ? "target-reached"
      : "completed";
    return this.#set(rows, ending, "none", numReads, { jobs: 0 });
  }

  #set(
    { states, energies, counts }: Pick<SampleSet, "states" | "energies" | "counts">,
    ending: Ending,
    kernel: string,
    completedReads: number,
    findings: Story["findings"],
  ): SampleSet {
    const { numReads, timeLimitMs, target } = this.#request;
    const sampleMs = performance.now() - this.#start - this.#setupMs;
    const story: Story = {
      sampler: this.#protocol.name,
      version,
      seed: this.#seed,
      options: {
        numReads,
        timeLimitMs: Number.isFinite(timeLimitMs) ? timeLimitMs : null,
        target: Number.isFinite(target) ? target : null,
        initialStates: "drawn",
        seedGiven: this.#request.seed !== undefined,
      },
      fingerprint: this.#fingerprint,
      vartype: this.#model.vartype,
      variables: this.#model.n,
      kernel,
      completedReads,
      clocks: { startedAt: this.#startedAt, setupMs: this.#setupMs, sampleMs },
      ending,
      findings,
    };
    return { states, energies, counts, ending, story };
  }
}

/** Of several answers, the check that says most, with the numbers of all. */
function checkOf(checks: readonly EnergyCheck[]): EnergyCheck {
  const harmless = ["exact", "not-reported", "rounding"];
  const wrong = checks.find(({ diagnosis }) => !harmless.includes(diagnosis));
  const chosen = wrong ?? checks.find(({ diagnosis }) => diagnosis !== "exact") ?? checks[0];
  if (checks.length < 2) return chosen;
  const sum = (of: (check: EnergyCheck) => number) => checks.reduce((total, check) => total + of(check), 0);
  const largestDifference = checks.reduce((most, check) => Math.max(most, check.largestDifference), -Infinity);
  return {
    ...chosen,
    states: sum(({ states }) => states),
    explained: sum(({ explained }) => explained),
    largestDifference,
  };
}

function wordsOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
