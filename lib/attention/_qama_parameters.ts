import type { BlockShape, ParameterSpec } from "./block.ts";
import type { QamaOptions } from "./qama_options.ts";

/** Bias of a neighbour at the start: with ten keys beside it, it gets about two thirds of the weight. */
const NEAR_BIAS = 3;

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
    ? { name: "e", shape: [heads, width], initial: { normal: 0.1 } }
    : { name: "e", shape: [width], initial: { normal: 1 } };
  const p: ParameterSpec[] = options.positionalField
    ? [{ name: "p", shape: [heads, tokens], initial: { normal: 1 } }]
    : [];
  const r: ParameterSpec[] = options.readout === "nearSoftmax"
    ? [{ name: "r", shape: [heads], initial: { constant: NEAR_BIAS } }]
    : [];
  const a: ParameterSpec[] = options.logitScale ? [{ name: "a", shape: [heads], initial: { constant: 0 } }] : [];
  return [...projections, e, ...p, ...r, ...a];
}
