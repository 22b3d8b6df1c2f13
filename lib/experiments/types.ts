import type { EpochResult, OperatorName, TrainingData, TrainOptions, TrainResult } from "../training/mod.ts";

/** What trains a model: `train` of the training room, or a stand-in of the same kind. */
export type Trainer = (data: TrainingData, options: TrainOptions) => Promise<TrainResult>;

/** Which pictures or texts a run saw. */
export interface DataDescription {
  /** The name on command lines and in file names: `mnist`. */
  readonly name: string;
  /** The name in tables, which says what the pictures are: `MNIST, first 8,000`. */
  readonly title: string;
  /** True if our own code drew the pictures, or made up the texts. */
  readonly synthetic: boolean;
  /** Training items used. */
  readonly train: number;
  /** Test items used. */
  readonly test: number;
  /** Training items of the whole data set. */
  readonly fullTrain: number;
  /** Test items of the whole data set. */
  readonly fullTest: number;
  /** `training`: the test items were held out of the training set, no test item was seen; absent: they are of the test set. */
  readonly testFrom?: "training";
  /** How texts come in: trained vectors of so many words, or the frozen features of a model; absent for pictures. */
  readonly text?: { readonly words: number } | { readonly features: string };
  /** SHA-256 of every source file, by file name. */
  readonly checksums: Readonly<Record<string, string>>;
}

/** Every option of a training run, none left to a default. */
export interface ResolvedOptions {
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** Pictures or texts a step. */
  readonly batchSize: number;
  /** Adam's step size. */
  readonly learningRate: number;
  /** Sweeps of the annealer. */
  readonly sweeps: number;
  /** Threads that shared a step; the numbers do not depend on it. */
  readonly workers: number;
  /** What a text model does with its logits; absent: cross-entropy of them. */
  readonly textHead?: "doubleSoftmax";
}

/** Which program made a record. */
export interface CodeVersion {
  /** Version of the package. */
  readonly version: string;
  /** Git commit, followed by `+changes` where files differed from it; null where there is no checkout. */
  readonly commit: string | null;
}

/** Where a record was made. */
export interface MachineDescription {
  /** Version of Deno. */
  readonly deno: string;
  /** Version of V8. */
  readonly v8: string;
  /** Operating system and its release: `linux 6.1`. */
  readonly os: string;
  /** Architecture: `x86_64`. */
  readonly arch: string;
  /** Model of the processor, as the operating system names it. */
  readonly cpu: string;
  /** Logical processors. */
  readonly cores: number;
}

/** The version of the record's form that this code writes and reads. */
export const RECORD_SCHEMA = 1;

/** One training run, with all that is needed to make it again and to judge it. */
export interface RunRecord {
  /** Version of this form. */
  readonly schema: typeof RECORD_SCHEMA;
  /** Name of the experiment: `reproduce`. */
  readonly experiment: string;
  /** What the experiment asks. */
  readonly question: string;
  /** Size of the experiment: `quick`. */
  readonly profile: string;
  /** Which pictures the run saw. */
  readonly data: DataDescription;
  /** What stood in the attention slot. */
  readonly operator: OperatorName;
  /** Every option. */
  readonly options: ResolvedOptions;
  /** Seed of weights, shuffles and solvers. */
  readonly seed: number;
  /** Which program made the record. */
  readonly code: CodeVersion;
  /** Where it was made. */
  readonly machine: MachineDescription;
  /** When the run was started, or last resumed: ISO 8601, UTC. */
  readonly startedAt: string;
  /** How the run ended. */
  readonly ending: TrainResult["ending"];
  /** Every complete epoch. */
  readonly epochs: readonly EpochResult[];
  /** Trainable numbers in the model. */
  readonly parameters: number;
  /** SHA-256 of the final weights. */
  readonly weightsDigest: string;
  /** Wall time, ms, summed over restarts. */
  readonly clocks: TrainResult["clocks"];
  /** Most memory that the process has held when the run ended, bytes; absent where it was not kept. */
  readonly peakMemoryBytes?: number;
}
