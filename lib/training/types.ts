import type { SimpleVitShape } from "./simple_vit.ts";
import type { TextHead, TextModelShape } from "./text_model.ts";

/** Pictures and their labels, as bytes. */
export interface ImageSplit {
  /** Pixels, `[count, rows, columns, channels]`, 0 .. 255. */
  readonly images: Uint8Array;
  /** Class of each picture, `[count]`. */
  readonly labels: Uint8Array;
  /** Number of pictures. */
  readonly count: number;
}

/** A data set of pictures of one size, split into training and test. */
export interface ImageData {
  /** The name that tables carry. */
  readonly name: string;
  /** True if our own code drew the pictures; tables then say so. */
  readonly synthetic: boolean;
  /** Picture height in pixels. */
  readonly rows: number;
  /** Picture width in pixels. */
  readonly columns: number;
  /** Values a pixel: 1 grey, 3 colour. */
  readonly channels: number;
  /** Names of the classes, in the order of the labels. */
  readonly classes: readonly string[];
  /** The training pictures. */
  readonly train: ImageSplit;
  /** The test pictures. */
  readonly test: ImageSplit;
  /** SHA-256 of every source file, by file name; of the pixels where our own code drew them. */
  readonly checksums: Readonly<Record<string, string>>;
}

/**
 * What stands in the attention slot of a model, by name.
 *
 * `mha` softmax attention; `qamaV2` the published operator; `qamaSelected` selected-softmax QAMA; `none` the block removed;
 * `qamaV2Fixed` and `qamaSelectedFixed` the same readouts trained with one fixed random selection of about equal density;
 * `qamaV1` revision 1 of the published operator, soft weights and batch norms, and `qamaV1Fixed` its control.
 * The classical peers of softmax attention, each with its own settings for the number of tokens: `longformer`, `bigbird`,
 * `linformer`, `performer`, `reformer`.
 */
export type OperatorName =
  | "mha"
  | "qamaV2"
  | "qamaSelected"
  | "none"
  | "qamaV2Fixed"
  | "qamaSelectedFixed"
  | "qamaV1"
  | "qamaV1Fixed"
  | PeerName
  | StudyName
  | AddedName
  | CircuitName;

/**
 * A row of the experiment with quantum circuits, a whole model of pooled pictures in place of a SimpleViT.
 *
 * `evolution...` evolves eight qubits under learned Hamiltonians, its pictures amplitudes, angles, or angles uploaded again and again;
 * `...Apart` is the same without couplings. `linearPixels` and `networkPixels` are classical models of pictures of so many pixels an edge.
 */
export type CircuitName =
  | "evolutionAmplitudes"
  | "evolutionAmplitudesApart"
  | "evolutionReuploading"
  | "evolutionReuploadingApart"
  | "evolutionAngles"
  | "evolutionAnglesApart"
  | "linearPixels16"
  | "linearPixels8"
  | "linearPixels4"
  | "networkPixels8";

/**
 * A row of the study of what the QUBO buys: selected-softmax QAMA with k = 4 or 6, or without its positional field, and the
 * same readout, with the same parameters, trained with another choice of keys: the largest fields, a fixed partition of the
 * tokens, all keys, or keys drawn anew in every step. The number is the k of the row that a control is as dense as.
 */
export type StudyName =
  | "qamaSelected6"
  | "qamaSelected4"
  | "selectedTopField10"
  | "selectedTopField6"
  | "selectedTopField4"
  | "selectedPartition6"
  | "selectedPartition4"
  | "selectedDense"
  | "selectedRandom10"
  | "qamaSelectedNoPositions";

/**
 * A row beside the tables of the paper and the registered rows of the study: QAMA that reads a neighbour too, the same readout with
 * the largest fields, one random mask a head, all keys, or the neighbour alone; and Boltzmann attention.
 */
export type AddedName =
  | "qamaNear"
  | "nearTopField"
  | "nearFixed"
  | "nearDense"
  | "nearAlone"
  | TrialName
  | EstimatedName
  | BoltzmannName;

/**
 * A design for trials, `qamaNear` with one thing changed: a learned scale of each head's logits, a share and a lambda that change over
 * training, columns of q and k that choose alone, a key bias that starts from 0, all biases from 0, a hundred sweeps in place of five, or a
 * greedy descent in place of annealing.
 */
export type TrialName =
  | "nearLogitScale"
  | "nearSchedule"
  | "nearOwnSelector"
  | "nearKeyBiasFrom0"
  | "nearBiasesFrom0"
  | "near100Sweeps"
  | "nearGreedy";

/** A design for trials too: `qamaNear` with a gradient that reaches tokens that were not chosen, by the estimator that the name says. */
export type EstimatedName = "nearStraightThrough" | "nearMeanField" | "nearCovariance" | "nearPerturbation";

/** Boltzmann attention, and the same without couplings. */
export type BoltzmannName = "boltzmann" | "boltzmannApart";

/** A classical attention that QAMA is compared with on CIFAR-10. */
export type PeerName = "longformer" | "bigbird" | "linformer" | "performer" | "reformer";

/** How {@link OperatorName} models are trained. */
export interface TrainOptions {
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** Seed of weights, shuffles and solvers. @default {1} */
  readonly seed?: number;
  /** Pictures or texts a step. @default {128 pictures, 24 texts} */
  readonly batchSize?: number;
  /** Adam's step size. @default {1e-3} */
  readonly learningRate?: number;
  /** Threads that share a step; the numbers do not depend on it. @default {2} */
  readonly workers?: number;
  /** Sweeps of the annealer. @default {20} */
  readonly sweeps?: number;
  /** What a text model does with its logits; pictures take no other than the default. @default {"logits"} */
  readonly textHead?: TextHead;
  /** File that a stopped run resumes from; written every `checkpointSteps` and at the end of each epoch. */
  readonly checkpoint?: string;
  /** Steps between checkpoints. @default {200} */
  readonly checkpointSteps?: number;
  /** Stops after the current step, keeping a checkpoint. @default {`stopSignal()`, the Stop button of a notebook} */
  readonly signal?: AbortSignal;
  /** Called at most ten times a second, and at the end of each epoch. */
  readonly onProgress?: (progress: TrainProgress) => void;
}

/** What a thread must know to build its model. */
export interface ModelPlan {
  /** Sizes of the model: of pictures, or of texts. */
  readonly shape: SimpleVitShape | TextModelShape;
  /** What stands in the attention slot. */
  readonly operator: OperatorName;
  /** Sweeps of the annealer. */
  readonly sweeps: number;
  /** Seed of weights and solvers. */
  readonly seed: number;
}

/** Where a training run stands. */
export interface TrainProgress {
  /** Epoch under way, from 1. */
  readonly epoch: number;
  /** Number of epochs. */
  readonly epochs: number;
  /** Steps done in this epoch. */
  readonly step: number;
  /** Steps an epoch. */
  readonly steps: number;
  /** Mean loss over the epoch so far. */
  readonly loss: number;
  /** Share of training pictures classified right in the epoch so far. */
  readonly accuracy: number;
  /** Share of test pictures classified right after the last complete epoch; NaN before. */
  readonly testAccuracy: number;
  /** Expected time to the end of the run. */
  readonly etaMs: number;
}

/** One epoch of a run. */
export interface EpochResult {
  /** From 1. */
  readonly epoch: number;
  /** Mean cross-entropy over the epoch's steps, nats. */
  readonly trainLoss: number;
  /** Share of training pictures classified right, while training. */
  readonly trainAccuracy: number;
  /** Mean cross-entropy on the test pictures after the epoch, nats. */
  readonly testLoss: number;
  /** Share of test pictures classified right after the epoch. */
  readonly testAccuracy: number;
  /** Share of (head, token) pairs chosen on the test pictures; null where nothing is chosen. */
  readonly density: number | null;
}

/** Wall time of a run, ms, summed over restarts. */
export interface TrainClocks {
  /** Training steps. */
  readonly trainMs: number;
  /** Tests after the epochs. */
  readonly evaluateMs: number;
  /** Training and test of each complete epoch; absent where a run was begun by a version that did not keep it. */
  readonly epochMs?: readonly number[];
}

/** What a run came to. Everything but `clocks` is the same on every rerun, however often it was stopped. */
export interface TrainResult {
  /** How the run ended. */
  readonly ending: "completed" | "interrupted";
  /** Every complete epoch. */
  readonly epochs: readonly EpochResult[];
  /** Trainable numbers in the model. */
  readonly parameters: number;
  /** SHA-256 of the final weights. */
  readonly weightsDigest: string;
  /** Wall time. */
  readonly clocks: TrainClocks;
}
