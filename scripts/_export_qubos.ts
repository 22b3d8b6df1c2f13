import {
  attentionInstances,
  type AttentionInstancesOptions,
  checkpointPath,
  isOperatorName,
  readRecord,
  type RunRecord,
} from "../lib/experiments/mod.ts";
import { type DownloadPlan, writeInstanceSet } from "../datasets/mod.ts";
import { type Instance, sha256 } from "../lib/model/mod.ts";
import { proveInstance } from "../lib/samplers/mod.ts";
import { type Checkpoint, initialWeights, type OperatorName, readCheckpoint } from "../lib/training/mod.ts";
import { type Cli, type Option, UsageError, type Values } from "./_cli.ts";
import { downloadText } from "./_downloads.ts";
import { asUsage, hint } from "./_cli_option.ts";
import { featuresOf } from "./_reproduce_cli.ts";
import { DATA_NAMES, type LoadWhole, loadWhole } from "./_reproduce_data.ts";

const CANNOT = "Cannot export attention QUBOs";

export const exportCli = {
  command: "deno task export-qubos",
  summary: "Writes down what the attention of a model solves for test items, as QUBOs that other solvers read.",
  examples: [
    "deno task export-qubos --record results/records/mnist-qamaV2-paper-seed1.json --runs out --tokens 8,12,all --out qubos",
    "deno task export-qubos --record results/records/mnist-qamaV2-paper-seed1.json --untrained --how pool --out qubos",
  ],
  options: {
    checkpoint: { type: "string", help: "file of a run's weights, as deno task reproduce keeps them" },
    record: {
      type: "string",
      help: "record of the run: its data, operator, profile, seed; its checkpoint is in --runs",
    },
    runs: {
      type: "string",
      help: "folder that reproduce wrote its runs to, where a record's checkpoint is",
      default: "out",
    },
    untrained: { type: "boolean", help: "the weights that the run started from, in place of those it ended with" },
    data: {
      type: "string",
      help: "data set, where the checkpoint's own name for it is not enough",
      choices: DATA_NAMES,
    },
    dataDir: { type: "string", help: "folder that holds the data sets" },
    features: { type: "boolean", help: "texts as frozen features of ALBERT-base, for a run made with --features" },
    featuresDir: { type: "string", help: "the same, of the transformer in this folder" },
    samples: { type: "integers", min: 0, help: "numbers of test items, from 0", default: "0" },
    heads: {
      type: "list",
      help: "heads, from 0; 0+3 is one QUBO over both, with their penalty; all alone where left out",
    },
    tokens: { type: "list", help: "tokens a head, each a number or all", default: "6,8,12,16" },
    how: { type: "string", help: "fewer tokens by", choices: ["crop", "pool"], default: "crop" },
    limit: { type: "duration", min: 1, help: "time to prove an optimum by branch and cut in", default: "20s" },
    provedOnly: { type: "boolean", help: "leave out what was not proved" },
    out: { type: "string", help: "folder to write to" },
    json: { type: "boolean", help: "print one JSON object" },
  },
} as const satisfies Cli<Record<string, Option>>;

/** What {@link exportQubos} wrote. */
export interface ExportReport {
  readonly out: string;
  readonly instances: readonly Pick<Instance, "name" | "groundEnergy" | "groundStates" | "proof">[];
  /** Names of those whose optimum was not proved. */
  readonly unproved: readonly string[];
}

/** Which weights, of which run. */
interface Weights {
  readonly run: Pick<AttentionInstancesOptions, "operator" | "seed" | "profile" | "epoch">;
  /** Name of the data set, or only its title; SHA-256 of its files. */
  readonly data: {
    readonly name?: string;
    readonly title: string;
    readonly text?: RunRecord["data"]["text"];
    readonly checksums: Readonly<Record<string, string>>;
  };
  /** Null: to be drawn. */
  readonly weights: Float32Array | null;
}

/** What {@link collectQubos} made. */
export interface CollectedQubos {
  /** What they are, a sentence. */
  readonly title: string;
  /** Proved ones with their ground energies, others without, unless these are left out. */
  readonly instances: readonly Instance[];
  /** Names of those whose optimum was not proved. */
  readonly unproved: readonly string[];
}

/** Exports, proves and writes. */
export async function exportQubos(
  values: Values<typeof exportCli.options>,
  load: LoadWhole = loadWhole,
): Promise<ExportReport> {
  const { out } = values;
  if (out === undefined) throw new UsageError(`${CANNOT}: name a folder to write to with --out`);
  const { title, instances, unproved } = await collectQubos(values, load);
  try {
    await writeInstanceSet(out, title, instances);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound || cause instanceof Deno.errors.PermissionDenied)) throw cause;
    throw new Deno.errors.NotFound(`${CANNOT}: nothing can be written to ${out}; name another folder with --out`, {
      cause,
    });
  }
  const told = instances.map(({ name, groundEnergy, groundStates, proof }) => ({
    name,
    groundEnergy,
    groundStates,
    proof,
  }));
  return { out, instances: told, unproved };
}

/** Exports and proves. */
export async function collectQubos(
  values: Values<typeof exportCli.options>,
  load: LoadWhole = loadWhole,
): Promise<CollectedQubos> {
  const { untrained, dataDir } = values;
  for (
    const [flag, words] of Object.entries({ samples: values.samples, heads: values.heads ?? [], tokens: values.tokens })
  ) {
    const twice = words.find((word, k) => words.indexOf(word as never) !== k);
    if (twice !== undefined) throw new UsageError(`--${flag} names ${twice} twice; name each once`);
  }
  const tokens = values.tokens.map(readTokens);
  const heads = values.heads?.map(readHeads);
  const source = values.record === undefined ? await ofCheckpoint(values) : await ofRecord(values, values.record);
  const name = values.data ?? source.data.name ?? nameOf(source.data.title);
  const features = featuresOf(values);
  const { text } = source.data;
  if (text !== undefined && "features" in text && features === undefined) {
    throw new UsageError(
      `${CANNOT}: the run read texts as features of ${text.features}; give them with --features or --features-dir`,
    );
  }
  const where = { ...dataDir === undefined ? {} : { dataDir }, ...features && { features } };
  const onDownload = (plan: DownloadPlan) => console.error(downloadText(plan));
  const data = await load(name, { ...where, onDownload });
  for (const [file, digest] of Object.entries(source.data.checksums)) {
    if (data.checksums[file] === digest) continue;
    throw new TypeError(
      `${CANNOT}: the run was made on another ${file} than ${name} has here; name its data with --data`,
    );
  }
  const { operator, seed } = source.run;
  const run = { ...source.run, epoch: untrained ? 0 : source.run.epoch, data: name };
  const options = { ...run, samples: values.samples, ...heads && { heads }, tokens, how: values.how };
  const instances: Instance[] = [];
  const unproved: string[] = [];
  const weights = source.weights ?? initialWeights(data, { operator, seed });
  for (const instance of await asUsage(() => attentionInstances(data, weights, options), [RangeError])) {
    const proved = await proveInstance(instance, { timeLimitMs: values.limit });
    if (proved === null) unproved.push(instance.name);
    if (proved !== null || !values.provedOnly) instances.push(proved ?? instance);
  }
  return {
    title: `Attention QUBOs of ${operator} on ${data.name}, seed ${seed}, epoch ${run.epoch}`,
    instances,
    unproved,
  };
}

async function ofRecord(values: Values<typeof exportCli.options>, path: string): Promise<Weights> {
  const record = await recordAt(path);
  const { operator, seed, profile, data, epochs } = record;
  const run = { operator, seed, profile, epoch: epochs.length };
  if (values.untrained) return { run, data, weights: null };
  const at = values.checkpoint ?? await checkpointPath(values.runs, record);
  const kept = await openCheckpoint(at);
  if (kept === null) throw new Deno.errors.NotFound(`${CANNOT}: there is no checkpoint ${at}; ${howToTrain(record)}`);
  const digest = await sha256(new Uint8Array(kept.arrays.weights.slice().buffer));
  if (digest !== record.weightsDigest) {
    throw new TypeError(`${CANNOT}: the weights of ${at} are not those of ${path}; ${howToTrain(record)}`);
  }
  return { run, data, weights: kept.arrays.weights };
}

async function recordAt(path: string): Promise<RunRecord> {
  try {
    return await readRecord(path);
  } catch (cause) {
    if (!(cause instanceof Deno.errors.NotFound)) throw cause;
    throw new Deno.errors.NotFound(
      `${CANNOT}: there is no record ${path}; those of published runs are in results/records`,
      {
        cause,
      },
    );
  }
}

function howToTrain({ profile, data, operator, seed }: RunRecord): string {
  return `train it with deno task reproduce --profile ${profile} --only ${data.name} --operators ${operator} --seeds ${seed} ` +
    `and give that folder with --runs, or ask for --untrained`;
}

async function ofCheckpoint({ checkpoint, untrained }: Values<typeof exportCli.options>): Promise<Weights> {
  if (checkpoint === undefined) throw new UsageError(`${CANNOT}: name a run with --checkpoint or --record`);
  const kept = await openCheckpoint(checkpoint);
  if (kept === null) throw new Deno.errors.NotFound(`${CANNOT}: there is no checkpoint ${checkpoint}`);
  const { operator, seed, title, checksums } = configurationOf(kept, checkpoint);
  const run = { operator, seed, profile: null, epoch: kept.epochs.length };
  if (kept.step > 0 && !untrained) {
    throw new RangeError(
      `${CANNOT}: ${checkpoint} is ${kept.step} steps into epoch ${
        kept.epochs.length + 1
      }; let the epoch end, or name another`,
    );
  }
  return { run, data: { title, checksums }, weights: untrained ? null : kept.arrays.weights };
}

async function openCheckpoint(path: string): Promise<Checkpoint | null> {
  try {
    return await readCheckpoint(path);
  } catch (cause) {
    if (!(cause instanceof SyntaxError || cause instanceof TypeError)) throw cause;
    // what the reader advises is for who resumes a run
    const what = cause.message.replace(/^Cannot resume from [^]*?: /, "").replace(/; (remove|go on)[^]*$/, "");
    throw new SyntaxError(`${CANNOT}: ${path} cannot be read, ${what}; name a whole checkpoint of this version`, {
      cause,
    });
  }
}

// as `train` writes it
function configurationOf({ configuration }: Checkpoint, path: string) {
  const parts: unknown = JSON.parse(configuration);
  const [operator, , seed, , , , title, , , checksums] = Array.isArray(parts) ? parts : [];
  if (
    typeof operator !== "string" || !isOperatorName(operator) || typeof seed !== "number" || typeof title !== "string"
  ) {
    throw new SyntaxError(`${CANNOT}: ${path} does not say what was trained; give the run's record with --record`);
  }
  return {
    operator: operator satisfies OperatorName,
    seed,
    title,
    checksums: (checksums ?? {}) as Record<string, string>,
  };
}

function nameOf(title: string): string {
  const plain = (text: string) => text.toLowerCase().replace(/[^a-z0-9]/g, "");
  const name = DATA_NAMES.find((known) => plain(known) === plain(title));
  if (name === undefined) {
    throw new UsageError(`${CANNOT}: the run was made on "${title}"; say which set it is with --data`);
  }
  return name;
}

function readTokens(word: string): number | "all" {
  if (word === "all") return word;
  if (/^\d+$/.test(word)) return Number(word);
  throw new UsageError(`--tokens takes numbers or all, got "${word}"${hint(word, ["all"])}`);
}

function readHeads(word: string): number[] {
  if (!/^\d+(\+\d+)*$/.test(word)) throw new UsageError(`--heads takes heads such as 0,3,0+3, got "${word}"`);
  return word.split("+").map(Number);
}
