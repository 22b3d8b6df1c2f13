import {
  isingFromQubo,
  type IsingModel,
  type Model,
  quboFromIsing,
  type QuboModel,
  toSparse,
  type Vartype,
} from "../../model/mod.ts";
import { fitPrecision, type FittedModel, type Quantise, unfitted } from "../_fit_precision.ts";
import { checkFits } from "../check_fits.ts";
import type { EncodedJob, JobRequest, Json, MachineLimits } from "../types.ts";

/** What every client can be told. */
export interface ClientOptions {
  /** Address of the service, without a slash at its end. @default {the public one} */
  readonly url?: string;
  /** Name of the environment variable that holds the key. @default {the machine's own} */
  readonly keyVariable?: string;
  /** What a job and a second cost, for a spend cap in money. @default {nothing} */
  readonly price?: {
    /** Of a job. @default {0} */
    readonly perJob?: number;
    /** Of a second that the machine was asked for. @default {0} */
    readonly perSecond?: number;
  };
}

/** How a machine's integers are made of coefficients that are none. */
export interface QuantiseOptions {
  /**
   * How coefficients are rounded that are integers of the machine at no scale: to the nearest, or to either neighbour so that
   * they are right on average (by the seed of the call).
   *
   * @default {they are refused}
   */
  readonly quantise?: Quantise;
}

/** What a protocol knows of itself when it encodes. */
export interface Encoder {
  readonly name: string;
  readonly limits: MachineLimits;
  readonly options: ClientOptions & QuantiseOptions;
  readonly places?: readonly number[];
  /** Time that a job asks for, where it does. */
  readonly runMs?: number;
}

/** A model in the values and the numbers of a machine. */
export interface Prepared<M extends Model> {
  /** What is sent; its offset is not. */
  readonly sent: M;
  /** Our energy is `scale` times the energy of `sent` without its offset, plus `offset`. */
  readonly scale: number;
  readonly offset: number;
  readonly rounded: boolean;
}

/** Puts a model into a machine's values and numbers, and refuses what does not fit. */
export function prepare(encoder: Encoder, model: Model, vartype: "ising", request: JobRequest): Prepared<IsingModel>;
export function prepare(encoder: Encoder, model: Model, vartype: "qubo", request: JobRequest): Prepared<QuboModel>;
export function prepare(encoder: Encoder, model: Model, vartype: Vartype, request: JobRequest): Prepared<Model>;
export function prepare(encoder: Encoder, model: Model, vartype: Vartype, request: JobRequest): Prepared<Model> {
  const { name, limits, places, runMs } = encoder;
  if (model.n > limits.variables) checkFits(name, model, limits);
  const fitted = fit(encoder, model, vartype, request);
  checkFits(name, fitted.model, limits, {
    numReads: request.numReads,
    ...(places && { places }),
    ...(runMs !== undefined && { runMs }),
  });
  return {
    sent: fitted.model,
    scale: fitted.step,
    offset: fitted.model.offset * fitted.step,
    rounded: fitted.rounded,
  };
}

/** The model that {@link prepare} stands for: the given one where nothing was rounded. */
export function roundedModel(encoder: Encoder, model: Model, vartype: Vartype, request: JobRequest): Model {
  const fitted = fit(encoder, model, vartype, request);
  return fitted.rounded ? unfitted(fitted) : model;
}

function fit(encoder: Encoder, model: Model, vartype: Vartype, request: JobRequest): FittedModel {
  const { name, limits, options } = encoder;
  // every step after this one walks through the pairs
  const plain = toSparse(model);
  const own = plain.vartype === vartype
    ? plain
    : plain.vartype === "ising"
    ? quboFromIsing(plain)
    : isingFromQubo(plain);
  return fitPrecision(`Cannot send to ${name}`, own, limits.precision, options.quantise, request.seed);
}

/** The job of a prepared model. */
export function jobOf(
  { name, options, places }: Encoder,
  model: Model,
  request: JobRequest,
  prepared: Prepared<Model>,
  payload: Json,
  seconds: number,
): EncodedJob {
  const { perJob = 0, perSecond = 0 } = options.price ?? {};
  return {
    machine: name,
    variables: model.n,
    vartype: model.vartype,
    numReads: request.numReads,
    payload,
    scale: prepared.scale,
    offset: prepared.offset,
    ...(places && { places }),
    cost: { jobs: 1, seconds, money: perJob + perSecond * seconds },
  };
}

/** Calls `visit` for every coupling i < j of a model, rows ascending. */
export function forEachCoupling(model: Model, visit: (i: number, j: number, value: number) => void): void {
  const { rowPtr, columns, values } = toSparse(model).couplings;
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) if (columns[k] > i) visit(i, columns[k], values[k]);
  }
}
