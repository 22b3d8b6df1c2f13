import {
  ANNEALING_TEMPERATURES,
  type AttentionBlock,
  type AttentionSolver,
  type BlockShape,
  FIXED_BIT_DENSITY,
  FIXED_DENSITY,
  fixedSelection,
  fixedSoftSelection,
  qamaBlock,
  type QamaOptions,
  qamaSelected,
  qamaV1Block,
  type QamaV1Options,
  qamaV2,
  SOFT_TEMPERATURES,
  softmaxBlock,
} from "../attention/mod.ts";
import type { Kernels } from "../kernels/mod.ts";
import { ADDED_NAMES, addedSettings, isAddedName, openAdded } from "./added_operators.ts";
import { CIRCUIT_ROWS, isCircuitName } from "./circuit_operators.ts";
import { isPeer, openPeer, PEER_NAMES, peerSettings } from "./peers.ts";
import { isStudyName, STUDY_NAMES, studyQama, studySettings } from "./study_operators.ts";
import type { AddedName, CircuitName, OperatorName, PeerName } from "./types.ts";

export { FIXED_BIT_DENSITY, FIXED_DENSITY };

/** Texts that may be longer than this are long ones. */
const LONG_TEXT = 128;

/**
 * The same for texts: the published operator was seen to choose half of the tokens of sentences (SST-2), the selected softmax
 * about the ten that it is asked for. On reviews (IMDB) the shares come from a short run, a sixth and ten tokens; five epochs
 * on all of it end at 64 % and 17 %, so that these two controls are sparser than what they control.
 */
export const FIXED_IN_TEXTS: {
  readonly qamaV2Fixed: { readonly sentences: number; readonly longTexts: number };
  readonly qamaSelectedFixed: { readonly count: number };
} = { qamaV2Fixed: { sentences: 0.5, longTexts: 0.17 }, qamaSelectedFixed: { count: 10 } };

/** Every operator that the paper's tables are made with, in their order; the study of selections has `STUDY_NAMES` beside them. */
export const OPERATOR_NAMES: readonly OperatorName[] = [
  "mha",
  "qamaV2",
  "qamaV2Fixed",
  "qamaSelected",
  "qamaSelectedFixed",
  "none",
  ...PEER_NAMES,
  "qamaV1",
  "qamaV1Fixed",
];

/** Numbers that {@link openOperator} passes on. */
export interface OperatorOptions {
  /** Sweeps of the annealer. */
  readonly sweeps: number;
  /** Seed of the fixed selections, and of what the peers draw once. */
  readonly seed: number;
  /** What the model reads; fixed selections are as dense as those that are learnt there. @default {"pictures"} */
  readonly data?: "pictures" | "texts";
  /** Chooses in place of the operator's own solver; operators without one take none. @default {the operator's own} */
  readonly solver?: AttentionSolver;
}

/**
 * Opens the block that an operator name stands for.
 *
 * @param name the operator
 * @param kernels the loops, and the arena of the block
 * @param shape sizes of the residual stream
 * @param options.sweeps sweeps of the annealer
 * @param options.seed seed of the fixed selections, and of what the peers draw once
 * @param options.solver chooses in place of the operator's own solver
 * @returns the block, or null for `none`
 * @throws {RangeError} if the name is unknown
 *
 * Cost that of the block.
 *
 * @example No attention is no block
 * ```ts
 * import { openOperator } from "qama/training";
 * import { typescriptKernels } from "qama/kernels";
 * import { assertEquals } from "@std/assert";
 * const shape = { samples: 1, tokens: 4, heads: 2, width: 4 };
 * assertEquals(openOperator("none", typescriptKernels(), shape, { sweeps: 20, seed: 1 }), null);
 * ```
 */
export function openOperator(
  name: OperatorName,
  kernels: Kernels,
  shape: BlockShape,
  options: OperatorOptions,
): AttentionBlock | null {
  if (name === "none") return null;
  if (name === "mha") return softmaxBlock(kernels, shape);
  if (isCircuitName(name)) {
    throw new RangeError(
      `Cannot open operator ${name}: it is a whole model of pictures, not what stands in a slot of one`,
    );
  }
  if (isAddedName(name)) return openAdded(name, kernels, shape, { ...options, data: options.data ?? "pictures" });
  if (isPeer(name)) return openPeer(name, kernels, shape, options.seed);
  if (name === "qamaV1" || name === "qamaV1Fixed") return qamaV1Block(kernels, shape, qamaV1Options(name, options));
  const own = qamaOptions(name, shape.tokens, options);
  return qamaBlock(kernels, shape, options.solver === undefined ? own : { ...own, solver: options.solver });
}

/** What {@link operatorSettings} is asked about. */
export interface OperatorSettingsOptions extends Omit<OperatorOptions, "solver"> {
  /** N, tokens of a picture. */
  readonly tokens: number;
  /** H, heads. */
  readonly heads: number;
  /** d, width of a head. */
  readonly width: number;
}

/**
 * Writes down every number that an operator name stands for, so that two runs can be told apart by it.
 *
 * @param name the operator
 * @param options sizes, sweeps and seed
 * @returns JSON: the energy weights at these sizes, the choices of the operator, its solver with temperatures or density
 * @throws {RangeError} if the name is unknown
 *
 * Cost O(1).
 *
 * @example The published weights of two heads of four tokens
 * ```ts
 * import { operatorSettings } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const sizes = { tokens: 4, heads: 2, width: 4 };
 * const { weights } = JSON.parse(operatorSettings("qamaV2", { ...sizes, sweeps: 20, seed: 1 }));
 * assertEquals([weights.coupling, weights.field], [1, 0.64]);
 * ```
 */
export function operatorSettings(
  name: OperatorName,
  { tokens, heads, width, sweeps, seed, data = "pictures" }: OperatorSettingsOptions,
): string {
  if (name === "none" || name === "mha") return JSON.stringify({ name });
  if (isCircuitName(name)) return JSON.stringify({ name, ...CIRCUIT_ROWS[name] });
  if (isAddedName(name)) {
    return JSON.stringify({ name, ...addedSettings(name, { tokens, heads, width }, { sweeps, seed, data }) });
  }
  if (isPeer(name)) return JSON.stringify({ name, ...peerSettings(name, { tokens, width }, seed) });
  if (name === "qamaV1" || name === "qamaV1Fixed") {
    const { q, cQuadratic, cLinear, penalty, longRange } = V1_WEIGHTS;
    const chosen = name === "qamaV1"
      ? { solver: "annealedSoftSelection", temperatures: SOFT_TEMPERATURES }
      : { solver: "fixedSoft", density: FIXED_BIT_DENSITY, seed };
    return JSON.stringify({ name, q, weights: { cQuadratic, cLinear, penalty, longRange }, ...chosen });
  }
  const { weights, solver, estimator, ...choices } = qamaOptions(name, tokens, { sweeps, seed, data });
  const chooser = isStudyName(name)
    ? studySettings(name, seed, data)
    : isFixed(name)
    ? { ...fixedSize(name, data, tokens), seed }
    : { temperatures: ANNEALING_TEMPERATURES };
  return JSON.stringify({
    ...choices,
    name,
    weights: weights({ tokens, heads, width }),
    estimator: estimator.name,
    solver: solver.name,
    ...chooser,
  });
}

const V1_WEIGHTS = { q: 4, cQuadratic: 1, cLinear: 1, penalty: 2, longRange: 0 };

function qamaV1Options(name: "qamaV1" | "qamaV1Fixed", { sweeps, seed }: OperatorOptions): QamaV1Options {
  return name === "qamaV1"
    ? { ...V1_WEIGHTS, sweeps }
    : { ...V1_WEIGHTS, solver: fixedSoftSelection({ density: FIXED_BIT_DENSITY, seed }) };
}

type QamaName = Exclude<OperatorName, "mha" | "none" | "qamaV1" | "qamaV1Fixed" | PeerName | AddedName | CircuitName>;

function qamaOptions(
  name: QamaName,
  tokens: number,
  { sweeps, seed, data = "pictures" }: OperatorOptions,
): QamaOptions {
  if (isStudyName(name)) return studyQama(name, { sweeps, seed, data });
  switch (name) {
    case "qamaV2":
      return qamaV2({ sweeps });
    case "qamaSelected":
      return qamaSelected({ sweeps });
    case "qamaV2Fixed":
      return qamaV2({ solver: fixedSelection({ ...fixedSize(name, data, tokens), seed }) });
    case "qamaSelectedFixed":
      return qamaSelected({ solver: fixedSelection({ ...fixedSize(name, data, tokens), seed }) });
    default:
      throw new RangeError(
        `Cannot open operator ${name}: known are ${[...OPERATOR_NAMES, ...STUDY_NAMES, ...ADDED_NAMES].join(", ")}`,
      );
  }
}

function fixedSize(name: keyof typeof FIXED_DENSITY, data: "pictures" | "texts", tokens: number) {
  if (data === "pictures") return { density: FIXED_DENSITY[name] };
  if (name === "qamaSelectedFixed") return FIXED_IN_TEXTS[name];
  const { sentences, longTexts } = FIXED_IN_TEXTS[name];
  return { density: tokens > LONG_TEXT ? longTexts : sentences };
}

function isFixed(name: OperatorName): name is keyof typeof FIXED_DENSITY {
  return Object.hasOwn(FIXED_DENSITY, name);
}
