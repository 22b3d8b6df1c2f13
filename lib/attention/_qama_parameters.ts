import type { BlockShape, ParameterSpec } from "./block.ts";
import type { QamaOptions } from "./qama_options.ts";

/** Where directions of heads start, a standard deviation, and biases of neighbours: with ten keys beside it, one gets about two thirds of the weight. */
const KEY_BIAS = 0.1, NEAR_BIAS = 3;

/** What a QAMA block trains, in the order of `bind`. */
export function qamaParameters(options: QamaOptions, { heads, width, tokens }: BlockShape): ParameterSpec[] {
  const D = heads * width;
  const uniform = { uniform: 1 / Math.sqrt(D) };
  const norm = (letter: string): ParameterSpec[] => [
    { name: `gain${letter}`, shape: [D], initial: { constant: 1 } },
    { name: `shift${letter}`, shape: [D], initial: { constant: 0 } },
  ];
  const projections: ParameterSpec[] = options.norms === "shared"
    ? [...norm(""), { name: "Wqkv", shape: [3 * D, D], initial: uniform }]
    : [
      ...["Q", "K", "V"].flatMap(norm),
      ...["Wq", "Wk", "Wv"].map((name) => ({ name, shape: [D, D], initial: uniform })),
    ];
  const perHead = options.direction === "perHead";
  const e: ParameterSpec = perHead
    ? { name: "e", shape: [heads, width], initial: { normal: options.keyBias ?? KEY_BIAS } }
    : { name: "e", shape: [width], initial: { normal: 1 } };
  const p: ParameterSpec[] = options.positionalField
    ? [{ name: "p", shape: [heads, tokens], initial: { normal: 1 } }]
    : [];
  const r: ParameterSpec[] = options.readout === "nearSoftmax"
    ? [{ name: "r", shape: [heads], initial: { constant: options.nearBias ?? NEAR_BIAS } }]
    : [];
  const a: ParameterSpec[] = options.logitScale ? [{ name: "a", shape: [heads], initial: { constant: 0 } }] : [];
  return [...projections, e, ...p, ...r, ...a];
}
