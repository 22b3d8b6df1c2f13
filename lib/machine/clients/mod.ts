/**
 * How each machine is spoken to, one protocol a file.
 *
 * @module
 */
export type { ClientOptions, QuantiseOptions } from "./_prepare.ts";
export type { Quantise } from "../_fit_precision.ts";
export { amplifyProtocol, type AmplifyProtocolOptions } from "./amplify.ts";
export { dwaveProtocol, type DWaveProtocolOptions } from "./dwave.ts";
export { type DWaveSolver, dwaveSolvers, type DWaveSolversOptions } from "./dwave_solver.ts";
export { fujitsuProtocol, type FujitsuProtocolOptions } from "./fujitsu.ts";
export { hitachiProtocol, type HitachiProtocolOptions, type HitachiType } from "./hitachi.ts";
export { isingQProtocol, type IsingQProtocolOptions } from "./isingq.ts";
export { sqbmProtocol, type SqbmProtocolOptions } from "./sqbm.ts";
