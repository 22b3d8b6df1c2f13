import { type Model, toSparse } from "../model/mod.ts";
import type { MachineLimits, Precision, Topology } from "./types.ts";

/** What a model is to be sent with. */
export interface FitsRequest {
  /** R, the reads of one job. @default {1} */
  readonly numReads?: number;
  /** Where the variables sit: the number of each one's site or qubit. @default {variable i at site i, at the i-th qubit} */
  readonly places?: readonly number[];
  /** Time that the machine is asked to work, in ms. @default {not looked at} */
  readonly runMs?: number;
  /** Bytes of the request. @default {not looked at} */
  readonly requestBytes?: number;
}

/**
 * Refuses a model that a machine cannot take, before anything is sent.
 *
 * Looked at: number of variables, reads, time, couplings against the topology, coefficients against the precision, bytes. A site
 * of a King's graph of width w has the number `y w + x`; without `places` variable i sits at site i, or at the i-th of the
 * graph's qubits. The model is taken as it would be sent: one whose values or scale the machine needs otherwise has to be
 * converted before.
 *
 * @param machine name of the machine, for the message
 * @throws {RangeError} if something does not fit; the message names the limit and the way out
 *
 * Cost O(n + m), from dense couplings O(n^2).
 *
 * @example Opposite corners of a grid are no neighbours
 * ```ts
 * import { checkFits, type MachineLimits } from "qama/machine";
 * import { isingModel, sparseCouplings } from "qama/model";
 * import { assertThrows } from "@std/assert";
 * const limits: MachineLimits = {
 *   variables: 9,
 *   topology: { kind: "king", width: 3, height: 3 },
 *   precision: { kind: "integer", min: -7, max: 7 },
 *   reads: 10,
 *   replyBytes: 1e6,
 *   quotaUnit: "jobs",
 * };
 * const model = isingModel({ couplings: sparseCouplings(9, [[0, 8, 1]]) });
 * assertThrows(() => checkFits("grid", model, limits), RangeError, "no neighbours");
 * ```
 */
export function checkFits(machine: string, model: Model, limits: MachineLimits, request: FitsRequest = {}): void {
  const cannot = `Cannot send to ${machine}`;
  const { numReads = 1, runMs, requestBytes, places } = request;
  if (model.n > limits.variables) {
    throw new RangeError(
      `${cannot}: the model has ${model.n} variables, the limit is ${limits.variables}; take it apart with ` +
        `largeNeighbourhoodSearch({ size: ${limits.variables} })`,
    );
  }
  if (numReads > limits.reads) {
    throw new RangeError(`${cannot}: ${numReads} reads in one job, the limit is ${limits.reads}; share them out`);
  }
  if (runMs !== undefined && limits.runMs !== undefined && runMs > limits.runMs) {
    throw new RangeError(`${cannot}: a run of ${runMs} ms, the limit is ${limits.runMs} ms; ask for a shorter one`);
  }
  checkTopology(cannot, model, limits.topology, places);
  checkPrecision(cannot, model, limits.precision);
  if (requestBytes !== undefined) checkRequestBytes(machine, requestBytes, limits);
}

/** Refuses a request that is too long. */
export function checkRequestBytes(machine: string, requestBytes: number, limits: MachineLimits): void {
  if (limits.requestBytes === undefined || requestBytes <= limits.requestBytes) return;
  throw new RangeError(
    `Cannot send to ${machine}: the request has ${requestBytes} bytes, the limit is ${limits.requestBytes}; ` +
      `round the coefficients to fewer digits, or take the model apart with largeNeighbourhoodSearch()`,
  );
}

function checkTopology(cannot: string, model: Model, topology: Topology, places?: readonly number[]): void {
  const most = topology.kind === "king"
    ? topology.width * topology.height
    : topology.kind === "graph"
    ? topology.nodes.length
    : Infinity;
  if (places === undefined && model.n > most) {
    throw new RangeError(
      `${cannot}: the model has ${model.n} variables, the machine ${most} places; put it through embedded()`,
    );
  }
  if (places !== undefined) checkPlaces(cannot, model.n, topology, places);
  if (topology.kind === "complete") return;
  const { rowPtr, columns } = toSparse(model).couplings;
  const neighbours = neighbourTest(topology);
  const place = placeOf(topology, places);
  for (let i = 0; i < model.n; i++) {
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      const j = columns[k];
      if (j < i || neighbours(place(i), place(j))) continue;
      throw new RangeError(
        `${cannot}: variables ${i} and ${j} are coupled, but their places ${name(topology, place(i))} and ` +
          `${name(topology, place(j))} are no neighbours on ${graphName(topology)}; put the model through embedded()`,
      );
    }
  }
}

/** The place of each variable: as given, else its index, or the qubit of its index. */
export function placeOf(topology: Topology, places?: readonly number[]): (variable: number) => number {
  if (places !== undefined) return (i) => places[i];
  return topology.kind === "graph" ? (i) => topology.nodes[i] : (i) => i;
}

function checkPlaces(cannot: string, n: number, topology: Topology, places: readonly number[]): void {
  if (places.length !== n) throw new RangeError(`${cannot}: ${places.length} places for ${n} variables`);
  const known = topology.kind === "graph" ? new Set(topology.nodes) : undefined;
  const size = topology.kind === "king" ? topology.width * topology.height : Infinity;
  const taken = new Set<number>();
  for (const [i, place] of places.entries()) {
    if (!Number.isSafeInteger(place) || place < 0 || place >= size || known?.has(place) === false) {
      throw new RangeError(
        `${cannot}: variable ${i} is to sit at ${place}, which is no place of ${graphName(topology)}`,
      );
    }
    if (taken.has(place)) throw new RangeError(`${cannot}: two variables are to sit at ${name(topology, place)}`);
    taken.add(place);
  }
}

function neighbourTest(topology: Exclude<Topology, { kind: "complete" }>): (a: number, b: number) => boolean {
  if (topology.kind === "king") {
    const { width } = topology;
    return (a, b) => {
      const dx = Math.abs(a % width - b % width);
      const dy = Math.abs(Math.floor(a / width) - Math.floor(b / width));
      return dx <= 1 && dy <= 1 && a !== b;
    };
  }
  const edges = known.get(topology) ?? new Set(topology.edges.map(([a, b]) => pairKey(a, b)));
  known.set(topology, edges);
  return (a, b) => edges.has(pairKey(a, b));
}

const known = new WeakMap<Topology, ReadonlySet<number>>();

function pairKey(a: number, b: number): number {
  return Math.min(a, b) * 2 ** 26 + Math.max(a, b);
}

function graphName(topology: Topology): string {
  if (topology.kind === "king") return `the King's graph of ${topology.width} x ${topology.height}`;
  return topology.kind === "graph" ? `the graph of ${topology.name}` : "the machine";
}

function name(topology: Topology, place: number): string {
  if (topology.kind !== "king") return `${place}`;
  return `(${place % topology.width}, ${Math.floor(place / topology.width)})`;
}

function checkPrecision(cannot: string, model: Model, precision: Precision): void {
  const { rowPtr, columns, values } = toSparse(model).couplings;
  const holds = holder(precision);
  for (let i = 0; i < model.n; i++) {
    if (!holds(model.linear[i])) {
      throw notHeld(cannot, `the linear coefficient of variable ${i}`, model.linear[i], precision);
    }
    for (let k = rowPtr[i]; k < rowPtr[i + 1]; k++) {
      if (!holds(values[k])) throw notHeld(cannot, `the coupling of ${i} and ${columns[k]}`, values[k], precision);
    }
  }
}

function holder(precision: Precision): (value: number) => boolean {
  if (precision.kind === "float32") {
    return (value) => Number.isFinite(Math.fround(value)) && (value === 0 || Math.fround(value) !== 0);
  }
  const { min = -Infinity, max = Infinity } = precision;
  if (precision.kind === "float64") return (value) => value >= min && value <= max;
  return (value) => value >= min && value <= max && Number.isInteger(value);
}

function notHeld(cannot: string, what: string, value: number, precision: Precision): RangeError {
  if (precision.kind === "float32") {
    return new RangeError(`${cannot}: ${what} is ${value}, which is no number of 32 bits; scale the model`);
  }
  const { min = -Infinity, max = Infinity } = precision;
  const [number, wayOut] = precision.kind === "integer"
    ? [
      "an integer",
      'scale the model, or let it be rounded with quantise: "nearest" or "stochastic" and look first with preflight() at what ' +
      "that does to it",
    ]
    : ["a number", "scale the model with scaleToRange()"];
  return new RangeError(`${cannot}: ${what} is ${value}, expected ${number} from ${min} to ${max}; ${wayOut}`);
}
