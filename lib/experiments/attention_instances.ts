import { type AttentionProblem, attentionQubo, type EnergyWeights, poolTokens } from "../attention/mod.ts";
import { checkOptionNames, type Instance, sha256, subInstance } from "../model/mod.ts";
import {
  inspectModel,
  isTextData,
  type OperatorName,
  operatorSettings,
  resolveVitShape,
  type TrainingData,
} from "../training/mod.ts";
import { allTokensOf, croppedTokens, pooledTokens, type TokenGrid } from "./_token_groups.ts";

const CANNOT = "Cannot export attention QUBOs";
const OPERATORS = ["qamaV2", "qamaSelected"];
const OPTIONS = ["operator", "seed", "epoch", "data", "profile", "samples", "heads", "tokens", "how"];

/** Which QUBOs {@link attentionInstances} writes down. */
export interface AttentionInstancesOptions {
  /** What stood in the attention slot: `qamaV2` or `qamaSelected`, whose selections are QUBOs. */
  readonly operator: OperatorName;
  /** Seed of the run. */
  readonly seed: number;
  /** Epochs that the weights were trained for; 0: none. */
  readonly epoch: number;
  /** Name of the data set, as `loadImageData` takes it. */
  readonly data: string;
  /** Profile of the run, null where nobody said. @default {null} */
  readonly profile?: string | null;
  /** Numbers of the test items. */
  readonly samples: readonly number[];
  /** Heads, from 0; a list of several is one QUBO over all of them, with the penalty between heads. @default {each alone} */
  readonly heads?: readonly (readonly number[])[];
  /** Tokens a head, or `all`. */
  readonly tokens: readonly (number | "all")[];
  /** `crop`: a window of tokens; `pool`: means over blocks of tokens. */
  readonly how: "crop" | "pool";
}

/**
 * Writes down what the attention of a model solves for test items, as QUBOs, whole or with fewer tokens.
 *
 * The heads that are not named choose nothing. `crop` keeps a window in the middle of the picture, the squarest there is (of a
 * text: n tokens in a row), with the energy weights of the whole model: the QUBO is a principal submatrix of the whole one. `pool` takes
 * means of queries, keys and fields over blocks that cover the picture, and the energy weights that the operator has for so
 * many tokens: the QUBO of a shorter sequence. Energies are in the model's own units, unscaled; the models have one attention
 * layer, layer 0. No ground energies: what is exported has no proof yet.
 *
 * @param data the data set that the model was trained and tested on
 * @param weights all weights of a checkpoint, or of `initialWeights`
 * @returns fresh instances, family `attention`, or `attention-untrained` where the epoch is 0; parameters tell data set, operator,
 *   profile, seed, epoch, SHA-256 of the weights, layer, heads, sample, its label, tokens, window and scale
 * @throws {TypeError} if there are more or fewer weights than the model has, or an option is unknown
 * @throws {RangeError} if the operator solves no QUBO, a sample or head is none that there is, or tokens make no rectangle
 *
 * Cost that of testing on the items up to the last sample, and O(H^2 N^2) a QUBO.
 *
 * @example A drawn model of four patches, its second head
 * ```ts
 * import { attentionInstances } from "qama/experiments";
 * import { initialWeights } from "qama/training";
 * import { assertEquals } from "@std/assert";
 * const split = { images: new Uint8Array(64).map((_, i) => i), labels: Uint8Array.of(0), count: 1 };
 * const size = { rows: 8, columns: 8, channels: 1 };
 * const data = { name: "ramp", synthetic: true, ...size, classes: ["a"], train: split, test: split, checksums: {} };
 * const run = { operator: "qamaV2", seed: 1 } as const;
 * const options = { ...run, epoch: 0, data: "ramp", samples: [0], heads: [[1]], tokens: [2], how: "crop" } as const;
 * const [{ name, model }] = await attentionInstances(data, initialWeights(data, run), options);
 * assertEquals([name, model.n], ["ramp-qamaV2-seed1-e0-i0-h1-crop2", 2]);
 * ```
 */
export async function attentionInstances(
  data: TrainingData,
  weights: Float32Array,
  options: AttentionInstancesOptions,
): Promise<Instance[]> {
  checkOptionNames(CANNOT, options, OPTIONS);
  const { operator, seed, samples } = options;
  if (!OPERATORS.includes(operator)) {
    throw new RangeError(`${CANNOT}: ${operator} solves none; ${OPERATORS.join(" and ")} do`);
  }
  for (const sample of samples) {
    if (!Number.isInteger(sample) || sample < 0 || sample >= data.test.count) {
      throw new RangeError(`${CANNOT}: a sample must be an integer from 0 to ${data.test.count - 1}, got ${sample}`);
    }
  }
  const digest = await sha256(new Uint8Array(weights.slice().buffer));
  const wanted = new Set(samples);
  const instances: Instance[] = [];
  const count = Math.max(...samples, 0) + 1;
  // what is chosen is not looked at, so sweeps are not needed
  for (const { from, count: items, problem } of inspectModel(data, weights, { operator, seed, sweeps: 0, count })) {
    for (let s = 0; problem !== null && s < items; s++) {
      if (wanted.has(from + s)) instances.push(...sampleInstances(data, problem, s, from + s, options, digest));
    }
  }
  return instances;
}

function sampleInstances(
  data: TrainingData,
  problem: AttentionProblem,
  place: number,
  sample: number,
  options: AttentionInstancesOptions,
  weightsDigest: string,
): Instance[] {
  const { operator, seed, epoch, how, profile = null } = options;
  const { heads = Array.from({ length: problem.heads }, (_, t) => [t]), tokens } = options;
  const grid = gridOf(data, problem.tokens);
  return heads.flatMap((chosen) =>
    tokens.map((n): Instance => {
      const whole = n === "all";
      if (!whole && n > problem.tokens) {
        throw new RangeError(
          `${CANNOT}: tokens must be an integer from 2 to ${problem.tokens}, as many as test item ${sample} has, got ${n}; ` +
            `ask for fewer${isTextData(data) ? ", or for a longer text" : ""}`,
        );
      }
      const { groups, window } = whole ? allTokensOf(grid) : (how === "crop" ? croppedTokens : pooledTokens)(grid, n);
      const part = whole ? "whole" : `${how}${n}`;
      const model = whole || how === "crop" ? croppedModel(problem, place, chosen, groups.flat()) : attentionQubo(
        poolTokens(problem, {
          sample: place,
          heads: chosen,
          groups,
          weights: weightsAt(problem, groups.length, options),
        }),
        0,
      );
      const label = data.classes[data.test.labels[sample]];
      const state = epoch === 0 ? "initial weights" : `weights after ${epoch} epochs`;
      return {
        name: `${options.data}-${operator}-seed${seed}-e${epoch}-i${sample}-h${chosen.join("-")}-${part}`,
        family: epoch === 0 ? "attention-untrained" : "attention",
        model,
        parameters: {
          data: options.data,
          synthetic: data.synthetic,
          operator,
          profile,
          seed,
          epoch,
          weightsDigest,
          layer: 0,
          heads: chosen.join(" "),
          sample,
          label,
          tokens: groups.length,
          how: whole ? "whole" : how,
          window,
          scale: 1,
        },
        provenance: `${operator} on ${data.name}, ${state} (SHA-256 ${weightsDigest.slice(0, 12)}), layer 0, ` +
          `head ${chosen.join(" and ")}, test item ${sample} (${label}), ${window}`,
      };
    })
  );
}

// by way of the whole heads: the cardinality term may ask for more tokens than a window has
function croppedModel(problem: AttentionProblem, sample: number, heads: readonly number[], tokens: readonly number[]) {
  const { tokens: N } = problem;
  const groups = Array.from({ length: N }, (_, token) => [token]);
  const model = attentionQubo(poolTokens(problem, { sample, heads, groups }), 0);
  const variables = heads.flatMap((_, t) => tokens.map((token) => t * N + token));
  return subInstance({ name: "", family: "", model, parameters: {}, provenance: "" }, { variables }).model;
}

function weightsAt(
  { heads, width }: AttentionProblem,
  tokens: number,
  options: AttentionInstancesOptions,
): EnergyWeights {
  const { operator, seed } = options;
  return JSON.parse(operatorSettings(operator, { tokens, heads, width, sweeps: 0, seed })).weights;
}

function gridOf(data: TrainingData, tokens: number): TokenGrid {
  if (isTextData(data)) return { rows: 1, columns: tokens };
  const { rows, columns, channels, classes } = data;
  const { patch } = resolveVitShape({ rows, columns, channels, classes: classes.length });
  return { rows: rows / patch, columns: columns / patch };
}
