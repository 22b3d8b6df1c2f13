/**
 * What a problem is: Ising and QUBO models, their energies, exact conversions, constraints, file formats, quantisation.
 *
 * @module
 */
export { type BlockDiagonal, blockDiagonal } from "./block_diagonal.ts";
export { type Label, ModelBuilder } from "./builder.ts";
export type {
  BuiltConstraint,
  BuiltModel,
  ConstraintEncoding,
  ConstraintKind,
  ConstraintOptions,
  ConstraintReport,
  FeasibilityReport,
  InequalityOptions,
} from "./constraints.ts";
export { slackCoefficients } from "./slack.ts";
export { nearestName } from "./nearest_name.ts";
export { checkOptionNames } from "./option_names.ts";
export { bitsFromSpins, isingFromQubo, isingFromQuboWork, quboFromIsing, spinsFromBits } from "./conversions.ts";
export {
  fromIsingQ,
  fromMaxCut,
  fromSimulatedBifurcation,
  type IsingMatrices,
  quboFromSymmetric,
  quboFromUpper,
  type QuboMatrix,
  quboToSymmetric,
  quboToUpper,
  toIsingQ,
  toSimulatedBifurcation,
} from "./conventions.ts";
export { csrCouplings, denseCouplings, factoredCouplings, sparseCouplings } from "./couplings.ts";
export { energies, energy, flipDelta, localFields } from "./energy.ts";
export { fingerprint, fingerprintWork } from "./fingerprint.ts";
export { type FixedModel, fixVariables } from "./fix_variables.ts";
export * from "./formats/mod.ts";
export * from "./instances/mod.ts";
export { toDense, toSparse } from "./forms.ts";
export { fromHitachi, type HitachiProblem, type HitachiTerm, toHitachi } from "./hitachi.ts";
export { fromKaiwu, type KaiwuMatrix, spinsFromKaiwu, toKaiwu } from "./kaiwu.ts";
export { isingModel, type ModelParts, quboModel } from "./models.ts";
export { type Persistency, signPersistency, type SignPersistencyOptions } from "./persistency.ts";
export { type QuantisationOptions, quantisationSteps, type QuantisedModel, quantiseModel } from "./quantisation.ts";
export { type RoofDuality, roofDuality } from "./roof_duality.ts";
export { type ScaledModel, scaleModel, scaleToRange, type ScaleToRangeOptions } from "./scaling.ts";
export { splitCoefficients, type SplitCoefficientsOptions, type SplitModel, splitSpins } from "./split_coefficients.ts";
export { type ReversedModel, spinReversal, type SpinReversalOptions } from "./spin_reversal.ts";
export type {
  Couplings,
  DenseCouplings,
  FactoredCouplings,
  IsingModel,
  Model,
  QuboModel,
  SparseCouplings,
  SquareMatrix,
  Vartype,
} from "./types.ts";
export { sha256 } from "./sha256.ts";
export { version } from "./version.ts";
export { finished, inBlocks, type Work } from "./work.ts";
