import { z } from "zod";
import {
  bitsFromSpins,
  checkOptionNames,
  fingerprint,
  isingFromQubo,
  isingModel,
  type Model,
  scaleModel,
  spinsFromKaiwu,
  toKaiwu,
  toSparse,
  version,
} from "../model/mod.ts";
import type { SampleSet } from "../samplers/mod.ts";
import { fitPrecision, type Quantise } from "./_fit_precision.ts";
import { kaiwuRows } from "./_kaiwu_solution.ts";
import { energyFindings, reEnergise } from "./re_energise.ts";

const CANNOT_WRITE = "Cannot write a file for Kaiwu";
const CANNOT_READ = "Cannot read the solution";
const LARGEST = 127;
const TARGET = 550;

/** How {@link toKaiwuFile} makes integers of coefficients that are none. */
export interface KaiwuFileOptions {
  /** How coefficients are rounded that are integers of 8 bits at no scale. @default {they are refused} */
  readonly quantise?: Quantise;
  /** Seed of stochastic rounding. @default {0} */
  readonly seed?: number;
}

/** What has to be kept of a file until its solution comes back. Survives JSON. */
export interface KaiwuJob {
  /** Says what this is. */
  readonly format: "qama-kaiwu-job";
  /** Of the model that it was made from. */
  readonly fingerprint: string;
  /** Spins of the file: n, or n + 1 with one, the last, that stands for the fields. */
  readonly size: number;
  /** True if the last spin stands for the fields. */
  readonly ancilla: boolean;
  /** Our energy is `scale` times Kaiwu's, plus `offset`. */
  readonly scale: number;
  /** See `scale`. */
  readonly offset: number;
  /** How coefficients were rounded; absent if they were not. */
  readonly quantise?: Quantise;
  /** Seed of stochastic rounding. */
  readonly seed?: number;
}

/** A file for Kaiwu, and what belongs to it. */
export interface KaiwuFile {
  /** The file: a line a row, integers of 8 bits between commas. */
  readonly csv: string;
  /** To be kept until the solution comes back. */
  readonly job: KaiwuJob;
  /** What the rounding did and what the file holds, in a sentence or two for people. */
  readonly note: string;
}

/**
 * Writes a model as the Ising matrix that QBoson's Kaiwu takes on its web platform and in its SDK: 8 bits, `H = - sum_ij J s s`.
 *
 * The matrix is `-1/2 (C + C^T)` of our couplings, at the scale that keeps them integers from -127 to 127; fields go to one more
 * spin, the last. There is no interface over HTTP that is public, so that files go both ways by hand: this one out, the solution
 * back through {@link fromKaiwuFile}. Public examples have 550 spins at most; a larger file is written, with a note.
 *
 * @param model of either kind; a QUBO is sent as its Ising model
 * @returns the file, what to keep of it, and a note
 * @throws {RangeError} if the coefficients are such integers at no scale and `quantise` is not given
 * @throws {TypeError} if an option is unknown
 *
 * Cost O(n^2).
 * Source: QBoson, Kaiwu SDK documentation and examples (2026), as far as they are public.
 *
 * @example Two spins in a field
 * ```ts
 * import { toKaiwuFile } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { csv, job } = toKaiwuFile(isingModel({ couplings: sparseCouplings(2, [[0, 1, 4]]), linear: [2, 0] }));
 * assertEquals([csv, job.ancilla], ["0,-2,-1\n-2,0,0\n-1,0,0\n", true]);
 * ```
 */
export function toKaiwuFile(model: Model, options: KaiwuFileOptions = {}): KaiwuFile {
  checkOptionNames(CANNOT_WRITE, options, ["quantise", "seed"]);
  const { quantise, seed = 0 } = options;
  const { whole, step, rounded, energyError, ising } = kaiwuModel(model, quantise, seed);
  const { matrix, size, ancilla } = toKaiwu(scaleModel(whole, 2));
  const lines = Array.from({ length: size }, (_, i) => matrix.subarray(i * size, (i + 1) * size).join(",") + "\n");
  const job: KaiwuJob = {
    format: "qama-kaiwu-job",
    fingerprint: fingerprint(model),
    size,
    ancilla,
    scale: step,
    offset: ising.offset,
    ...(rounded && { quantise, seed }),
  };
  return { csv: lines.join(""), job, note: noteOf(model, job, whole, ising, energyError) };
}

/**
 * Reads the solution of a file that {@link toKaiwuFile} wrote: states in the values of the model, energies computed anew.
 *
 * **The names in a solution file are not published**; to be confirmed by somebody with access. Taken is JSON with one state or
 * several, as lists of -1 and 1 (or 0 and 1, for -1 and 1), alone or under names such as `solution`, `spins`, `result`, `data`,
 * with energies beside them under `energy`, `hamiltonian` and the like. States may hold the spin that stands for the fields, by
 * which all others are then multiplied, or lack it. Energies in the file are compared with ours (`energyCheck` in the story), and
 * never taken over: wrong names or another order of the spins are seen there.
 *
 * @param text the file
 * @param model the model that was written
 * @param job what {@link toKaiwuFile} gave to be kept
 * @returns a sample set
 * @throws {SyntaxError} if the text is no JSON or holds no states of this size
 * @throws {TypeError} if the job is none, or belongs to another model
 *
 * Cost O(R n^2).
 *
 * @example There and back
 * ```ts
 * import { fromKaiwuFile, toKaiwuFile } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 4]]), linear: [2, 0], offset: 1 });
 * const set = fromKaiwuFile('{"solution": [-1, 1, 1], "hamiltonian": -6}', model, toKaiwuFile(model).job);
 * assertEquals([[...set.states], set.energies[0], set.story.findings.energyCheck], [[-1, 1], -5, "exact"]);
 * ```
 */
export function fromKaiwuFile(text: string, model: Model, job: KaiwuJob): SampleSet {
  const started = performance.now();
  const { size, ancilla, scale, offset, quantise, seed } = checkedJob(job, model);
  const { rows, energies: reported } = rowsOf(text);
  const n = model.n;
  // a list without -1 that has a 0 somewhere is one of bits
  const hasBits = rows.some((row) => row.includes(0));
  if (hasBits && rows.some((row) => row.includes(-1))) {
    throw new SyntaxError(`${CANNOT_READ}: its states hold -1 and 0, expected spins or bits`);
  }
  const states = new Int8Array(rows.length * n);
  for (const [r, row] of rows.entries()) {
    if (row.length !== size && row.length !== n) {
      const more = ancilla ? `, or ${n} without the one that stands for the fields` : "";
      throw new SyntaxError(`${CANNOT_READ}: state ${r} has ${row.length} spins, expected ${size}${more}`);
    }
    const spins = hasBits ? row.map((bit) => bit === 0 ? -1 : bit) : row;
    const own = ancilla && row.length === size ? spinsFromKaiwu(spins) : Int8Array.from(spins);
    states.set(model.vartype === "ising" ? own : bitsFromSpins(own), r * n);
  }
  const sent = quantise === undefined ? undefined : () => sentModel(model, quantise, seed ?? 0);
  const { energies, check } = reEnergise(model, states, reported, { scale, offset, ...(sent && { sent }) });
  return {
    states,
    energies,
    counts: new Uint32Array(rows.length).fill(1),
    ending: "completed",
    story: {
      sampler: "kaiwu-file",
      version,
      seed: seed ?? 0,
      options: { quantise: quantise ?? null },
      fingerprint: job.fingerprint,
      vartype: model.vartype,
      variables: n,
      kernel: "remote",
      completedReads: rows.length,
      clocks: { startedAt: new Date().toISOString(), setupMs: 0, sampleMs: performance.now() - started },
      ending: "completed",
      findings: { ...energyFindings(check) },
    },
  };
}

const jobSchema = z.object({
  format: z.literal("qama-kaiwu-job"),
  fingerprint: z.string(),
  size: z.int().nonnegative(),
  ancilla: z.boolean(),
  scale: z.number(),
  offset: z.number(),
  quantise: z.enum(["nearest", "stochastic"]).optional(),
  seed: z.int().nonnegative().optional(),
});

function checkedJob(job: KaiwuJob, model: Model): KaiwuJob {
  const parsed = jobSchema.safeParse(job);
  if (!parsed.success) {
    const { path, message } = parsed.error.issues[0];
    throw new TypeError(
      `${CANNOT_READ}: the job is none that toKaiwuFile() gave: ${path.map(String).join(".")}: ${message}`,
    );
  }
  if (parsed.data.fingerprint !== fingerprint(model) || parsed.data.size !== model.n + (parsed.data.ancilla ? 1 : 0)) {
    throw new TypeError(`${CANNOT_READ}: the job belongs to another model; give the one that was written`);
  }
  return parsed.data;
}

function rowsOf(text: string) {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (error) {
    throw new SyntaxError(`${CANNOT_READ}: it is no JSON`, { cause: error });
  }
  const found = kaiwuRows(value);
  if (found !== undefined) return found;
  throw new SyntaxError(
    `${CANNOT_READ}: there is no list of spins in it under a name that we know; pass the list of states alone, as JSON`,
  );
}

/** K of `J / 2 = step K`, integers of 8 bits, and what it stands for. */
function kaiwuModel(model: Model, quantise: Quantise | undefined, seed: number) {
  const plain = model.couplings.form === "factored" ? toSparse(model) : model;
  const ising = plain.vartype === "ising" ? plain : isingFromQubo(plain);
  const half = scaleModel(ising, 0.5);
  const precision = { kind: "integer", min: -LARGEST, max: LARGEST } as const;
  const { model: whole, step, rounded, energyError } = fitPrecision(CANNOT_WRITE, half, precision, quantise, seed);
  return { ising, whole, step, rounded, energyError: 2 * energyError };
}

function sentModel(model: Model, quantise: Quantise, seed: number): Model {
  const { whole, step, ising } = kaiwuModel(model, quantise, seed);
  const { couplings, linear } = scaleModel(whole, 2 * step);
  return isingModel({ couplings, linear, offset: ising.offset });
}

function noteOf(model: Model, job: KaiwuJob, whole: Model, ising: Model, energyError: number): string {
  const pairs = (one: Model) => toSparse(one).couplings.values.length / 2;
  const fields = (one: Model) => one.linear.filter((value) => value !== 0).length;
  const size = `${job.size} spins${job.ancilla ? ", the last of them for the fields" : ""}`;
  const kept = `${pairs(whole)} of ${pairs(ising)} couplings and ${fields(whole)} of ${fields(ising)} fields are not 0`;
  const large = job.size > TARGET ? `; public examples have ${TARGET} spins at most` : "";
  if (job.quantise === undefined) return `${size}; no coefficient was rounded${large}`;
  return `${size}; rounded to 8 bits ${kept}, and an energy may be off by ${
    energyError.toPrecision(3)
  } at most; the rounded ` +
    `${model.vartype === "qubo" ? "QUBO" : "model"} may have another optimum: look with preflight()${large}`;
}
