/**
 * How each machine is spoken to, one protocol a file.
 *
 * @module
 */
export type { ClientOptions, QuantiseOptions } from "./_prepare.ts";
export type { Quantise } from "../_fit_precision.ts";
export { amplify, type AmplifyOptions, amplifyProtocol, type AmplifyProtocolOptions } from "./amplify.ts";
export { dwave, type DWaveOptions, dwaveProtocol, type DWaveProtocolOptions } from "./dwave.ts";
export { type DWaveSolver, dwaveSolvers, type DWaveSolversOptions } from "./dwave_solver.ts";
export { fujitsu, type FujitsuOptions, fujitsuProtocol, type FujitsuProtocolOptions } from "./fujitsu.ts";
export {
  hitachi,
  type HitachiOptions,
  hitachiProtocol,
  type HitachiProtocolOptions,
  type HitachiType,
} from "./hitachi.ts";
export { isingQ, type IsingQOptions, isingQProtocol, type IsingQProtocolOptions } from "./isingq.ts";
export type { JsonMachine } from "./json_machine.ts";
export {
  jsonOverHttp,
  type JsonOverHttpOptions,
  jsonOverHttpProtocol,
  type JsonOverHttpProtocolOptions,
} from "./json_over_http.ts";
export { sqbm, type SqbmOptions, sqbmProtocol, type SqbmProtocolOptions } from "./sqbm.ts";
