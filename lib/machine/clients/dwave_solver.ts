import { z } from "zod";
import { MachineError } from "../errors.ts";
import type { Wire, WireReply } from "../types.ts";
import { openWire, type WireOptions } from "../wire.ts";
import { baseUrl } from "./_check_options.ts";

/** A quantum processor as SAPI describes it: plain data, small enough for a file. */
export interface DWaveSolver {
  /** Its name, `Advantage_system4.1`. */
  readonly name: string;
  /** Numbers of its working qubits, in the order of its `qp` encoding. */
  readonly qubits: readonly number[];
  /** Pairs of them, in the order of its `qp` encoding. */
  readonly couplers: readonly (readonly [number, number])[];
  /** What its graph is, `zephyr 12,4`. @default {""} */
  readonly topology?: string;
  /** Most reads of a job. @default {10000} */
  readonly reads?: number;
  /** Lowest and highest field. @default {[-4, 4]} */
  readonly hRange?: readonly [number, number];
  /** Lowest and highest coupling. @default {[-1, 1]} */
  readonly jRange?: readonly [number, number];
}

const range = z.tuple([z.number(), z.number()]);
const properties = z.object({
  qubits: z.array(z.number().int().nonnegative()),
  couplers: z.array(z.tuple([z.number().int().nonnegative(), z.number().int().nonnegative()])),
  topology: z.object({ type: z.string(), shape: z.array(z.number()).optional() }).nullish(),
  num_reads_range: range.optional(),
  h_range: range.optional(),
  j_range: range.optional(),
});
const definition = z.object({
  id: z.string().optional(),
  identity: z.object({ name: z.string() }).optional(),
  status: z.string().optional(),
  properties: z.record(z.string(), z.unknown()),
});

/** Where {@link dwaveSolvers} asks. */
export interface DWaveSolversOptions extends Pick<WireOptions, "requestMs" | "signal" | "carrier"> {
  /** Address of SAPI. @default {"https://na-west-1.cloud.dwavesys.com/sapi/v2"} */
  readonly url?: string;
  /** Name of the environment variable that holds the token. @default {"DWAVE_API_TOKEN"} */
  readonly keyVariable?: string;
}

const given = z.strictObject({
  name: z.string().min(1),
  qubits: z.array(z.int().nonnegative()).min(1),
  couplers: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
  topology: z.string().optional(),
  reads: z.int().positive().optional(),
  hRange: range.optional(),
  jRange: range.optional(),
});

/** A processor that was given, or lies in a file, checked. */
export function dwaveSolver(solver: DWaveSolver | string): DWaveSolver {
  const where = typeof solver === "string" ? ` of ${solver}` : "";
  let value: unknown = solver;
  if (typeof solver === "string") {
    const text = Deno.readTextFileSync(solver);
    try {
      value = JSON.parse(text);
    } catch {
      throw new SyntaxError(
        `Cannot use dwave: ${solver} is no JSON; write one of those that dwaveSolvers() gives into it`,
      );
    }
  }
  if (value === undefined) {
    throw new TypeError("Cannot use dwave: no solver is named; give solver, one of those that dwaveSolvers() gives");
  }
  const parsed = given.safeParse(value);
  if (parsed.success) return parsed.data;
  const { path, message } = parsed.error.issues[0];
  throw new TypeError(
    `Cannot use dwave: the solver${where} is none of those that dwaveSolvers() gives: ${
      [...path.map(String), message].join(": ")
    }`,
  );
}

/** Where SAPI is, unless one is told otherwise. */
export const DWAVE_URL = "https://na-west-1.cloud.dwavesys.com/sapi/v2";
/** Where its token is. */
export const DWAVE_KEY = "DWAVE_API_TOKEN";
const MOST_TRIES = 5;
const MAX_REPLY_BYTES = 64 * 2 ** 20;

/** The headers that carry a token to SAPI. */
export function dwaveKeyHeaders(key: string): Record<string, string> {
  return { "X-Auth-Token": key };
}

/**
 * Asks SAPI which quantum processors an account can use, with their qubits and couplers.
 *
 * Solvers without qubits, the hybrid ones, are left out. Costs no quota; once is enough, for a processor changes at its
 * calibrations only: the answer is plain data to be kept in a file.
 *
 * @returns processors, in SAPI's order
 * @throws {MachineError} `key`, `network` or `reply`
 *
 * Cost one request.
 *
 * @example Nobody listens there
 * ```ts
 * import { dwaveSolvers } from "qama/machine";
 * import { assertRejects } from "@std/assert";
 * await assertRejects(() => dwaveSolvers({ keyVariable: "QAMA_NO_SUCH_KEY" }), Error, "QAMA_NO_SUCH_KEY");
 * ```
 */
export async function dwaveSolvers(options: DWaveSolversOptions = {}): Promise<DWaveSolver[]> {
  const { url = DWAVE_URL, keyVariable = DWAVE_KEY, ...wireOptions } = options;
  const wire = openWire({
    name: "dwave",
    url: baseUrl("Cannot use dwave", url),
    keyVariable,
    keyHeaders: dwaveKeyHeaders,
    limits: { replyBytes: MAX_REPLY_BYTES },
  }, wireOptions);
  for (let k = 1;; k++) {
    const reply = await wire.send({
      method: "GET",
      path: "/solvers/remote/",
      headers: { "Accept": "application/vnd.dwave.sapi.solver-definition-list+json;version=3.0.0" },
      repeatable: true,
    });
    try {
      return solversOf(wire, reply);
    } catch (error) {
      // a list of some megabytes may be damaged on the way
      if (!(error instanceof MachineError) || k === MOST_TRIES) throw error;
    }
  }
}

function solversOf(wire: Wire, reply: WireReply): DWaveSolver[] {
  const solvers: DWaveSolver[] = [];
  for (const { id, identity, properties: found } of wire.read(reply, z.array(definition))) {
    if (!("qubits" in found)) continue;
    const parsed = properties.safeParse(found);
    const name = identity?.name ?? id;
    if (!parsed.success || name === undefined) {
      throw wire.fault("reply", `the solver ${name} has ${parsed.error?.issues[0].message ?? "no name"}`, reply);
    }
    const { topology, num_reads_range: reads, h_range, j_range, qubits, couplers } = parsed.data;
    solvers.push({
      name,
      qubits,
      couplers,
      ...(topology && { topology: [topology.type, topology.shape?.join()].filter(Boolean).join(" ") }),
      ...(reads && { reads: reads[1] }),
      ...(h_range && { hRange: h_range }),
      ...(j_range && { jRange: j_range }),
    });
  }
  return solvers;
}
