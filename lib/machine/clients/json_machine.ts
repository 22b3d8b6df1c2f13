import { z } from "zod";
import type { Json, Precision, Topology } from "../types.ts";

/** A machine that speaks JSON over HTTP, as data. Paths into JSON are names with dots between them, `result.rows`. */
export interface JsonMachine {
  /** Its name in stories and journals: small letters, digits, dashes. */
  readonly name: string;
  /** Address, without a slash at its end. */
  readonly url: string;
  /** Name of the environment variable that holds the key. @default {no key} */
  readonly keyVariable?: string;
  /** Header that carries it. @default {"Authorization"} */
  readonly keyHeader?: string;
  /** What stands before it there. @default {"Bearer "} */
  readonly keyPrefix?: string;
  /** What it can take. */
  readonly limits: {
    /** Most variables. */
    readonly variables: number;
    /** Which pairs. @default {every pair} */
    readonly topology?: Topology;
    /** Which coefficients. @default {float64} */
    readonly precision?: Precision;
    /** Most reads of a job. @default {1} */
    readonly reads?: number;
    /** Most bytes of a request. @default {no limit} */
    readonly requestBytes?: number;
    /** Most bytes of a reply that we read. @default {64 MiB} */
    readonly replyBytes?: number;
    /** Longest run, in ms. @default {no limit} */
    readonly runMs?: number;
    /** Most jobs of an account. @default {no limit} */
    readonly jobs?: number;
    /** What an account has so many of. @default {"jobs"} */
    readonly quotaUnit?: string;
  };
  /** How a model is written. */
  readonly model: {
    /** Bits or spins. */
    readonly as: "qubo" | "ising";
    /** `[[i, j, c], ...]`, a full matrix, or `[{ coefficient, variables: [i, j] }, ...]`. */
    readonly form: "triples" | "dense" | "terms";
    /** Where it stands in the body. */
    readonly at: string;
    /** Where the linear coefficients stand, a list of n numbers. @default {with the others: on the diagonal, as [i, i, c], as a term} */
    readonly linearAt?: string;
    /** Where n stands. @default {nowhere} */
    readonly sizeAt?: string;
    /** Where the offset stands, for a machine that adds it to its energies. @default {nowhere: it is not sent} */
    readonly offsetAt?: string;
    /** `twice` if the machine counts (i, j) and (j, i): half is written, in a matrix on both sides. @default {"once"} */
    readonly pairs?: "once" | "twice";
    /** -1 for a machine that aligns spins whose coupling is positive, or maximises. @default {1} */
    readonly sign?: 1 | -1;
    /** Number of the first variable. @default {0} */
    readonly firstIndex?: 0 | 1;
    /** Name of a term's coefficient. @default {"coefficient"} */
    readonly coefficient?: string;
    /** Name of a term's variables. @default {"variables"} */
    readonly variables?: string;
  };
  /** How a job is sent, by POST. */
  readonly submit: {
    /** Path below the address. */
    readonly path: string;
    /** What the body holds beside the model. @default {nothing} */
    readonly body?: Readonly<Record<string, Json>>;
    /** Where the number of reads stands. @default {nowhere} */
    readonly readsAt?: string;
    /** Where the seed stands. @default {nowhere} */
    readonly seedAt?: string;
    /** Where the tag of the job stands. @default {nowhere} */
    readonly tagAt?: string;
    /**
     * True if a second job of the same kind harms nobody: then it is sent again where the answer got lost, and counts each time
     * against a spend cap.
     *
     * @default {false}
     */
    readonly repeatable?: boolean;
    /** Seconds that a job uses up, for a spend cap. @default {0} */
    readonly seconds?: number;
  };
  /** Where the reply names the job. @default {nowhere: the reply is the answer} */
  readonly idAt?: string;
  /** How one looks where a job stands, by GET; `{id}` in the path is the job. @default {cannot be asked} */
  readonly look?: {
    /** Path below the address. */
    readonly path: string;
    /** Where the status stands. */
    readonly statusAt: string;
    /** Words for a job that waits. @default {[]} */
    readonly waiting?: readonly (string | number | boolean)[];
    /** Words for one that runs. @default {[]} */
    readonly running?: readonly (string | number | boolean)[];
    /** Words for one that is done. */
    readonly done: readonly (string | number | boolean)[];
    /** Words for one that failed. @default {[]} */
    readonly failed?: readonly (string | number | boolean)[];
    /** Words for one that was cancelled. @default {[]} */
    readonly cancelled?: readonly (string | number | boolean)[];
    /** Where a reason stands. @default {nowhere} */
    readonly messageAt?: string;
  };
  /** How a job is cancelled. @default {it cannot be} */
  readonly cancel?: { readonly method: "GET" | "POST" | "DELETE" | "PUT"; readonly path: string };
  /** How the machine is told to forget a job. @default {it need not be} */
  readonly release?: { readonly method: "GET" | "POST" | "DELETE" | "PUT"; readonly path: string };
  /** How an answer is read. */
  readonly answer: {
    /** Where it is got, by GET; `{id}` in the path is the job. @default {it is in the reply that says that the job is done} */
    readonly path?: string;
    /** Where it stands in that reply. @default {the whole} */
    readonly at?: string;
    /** Where its states stand: a list of them, or one. @default {the whole} */
    readonly rowsAt?: string;
    /** Where the state stands in each. @default {the whole} */
    readonly stateAt?: string;
    /** What a state is made of; a list, text such as `0110`, or an object by index. Bits may be true and false. */
    readonly values: "bits" | "spins";
    /** Where the energy stands in each of the rows. @default {nowhere} */
    readonly energyAt?: string;
    /** Where a list of energies stands in the answer. @default {nowhere} */
    readonly energiesAt?: string;
    /** -1 if the numbers reported are high where our energy is low. @default {1} */
    readonly energySign?: 1 | -1;
    /** Where the number of times that a state was met stands in each of the rows. @default {nowhere} */
    readonly countAt?: string;
    /** Where the time of the machine stands. @default {nowhere} */
    readonly timeAt?: string;
    /** What 1 of it is, in ms. @default {1} */
    readonly timeUnitMs?: number;
  };
}

/** A dotted path into JSON: `result.rows.0`; empty for the whole. */
const path = z.string().regex(/^([^.]+(\.[^.]+)*)?$/, "expected names with dots between them");
const place = path.min(1, "expected a name");
const address = z.string().startsWith("/", "expected a path that starts with /");
const precision = z.union([
  z.strictObject({ kind: z.literal("integer"), min: z.int().negative(), max: z.int().positive() }),
  z.strictObject({ kind: z.literal("float32") }),
  z.strictObject({
    kind: z.literal("float64"),
    min: z.number().negative().optional(),
    max: z.number().positive().optional(),
  }),
]);
const topology = z.union([
  z.strictObject({ kind: z.literal("complete") }),
  z.strictObject({ kind: z.literal("king"), width: z.int().positive(), height: z.int().positive() }),
  z.strictObject({
    kind: z.literal("graph"),
    name: z.string(),
    nodes: z.array(z.int().nonnegative()),
    edges: z.array(z.tuple([z.int().nonnegative(), z.int().nonnegative()])),
  }),
]);
const words = z.array(z.union([z.string(), z.number(), z.boolean()]).transform(String));
const call = z.strictObject({ method: z.enum(["GET", "POST", "DELETE", "PUT"]), path: address });

/** Checks the declaration of a machine. */
export const jsonMachineSchema = z.strictObject({
  name: z.string().regex(/^[a-z][a-z0-9-]{0,31}$/, "expected small letters, digits and dashes"),
  url: z.string(),
  keyVariable: z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, "expected the name of an environment variable").optional(),
  keyHeader: z.string().default("Authorization"),
  keyPrefix: z.string().default("Bearer "),
  limits: z.strictObject({
    variables: z.int().positive(),
    topology: topology.default({ kind: "complete" }),
    precision: precision.default({ kind: "float64" }),
    reads: z.int().positive().default(1),
    requestBytes: z.int().positive().optional(),
    replyBytes: z.int().positive().default(64 * 2 ** 20),
    runMs: z.number().positive().optional(),
    jobs: z.int().positive().optional(),
    quotaUnit: z.string().default("jobs"),
  }),
  model: z.strictObject({
    as: z.enum(["qubo", "ising"]),
    form: z.enum(["triples", "dense", "terms"]),
    at: place,
    linearAt: place.optional(),
    sizeAt: place.optional(),
    offsetAt: place.optional(),
    pairs: z.enum(["once", "twice"]).default("once"),
    sign: z.union([z.literal(1), z.literal(-1)]).default(1),
    firstIndex: z.union([z.literal(0), z.literal(1)]).default(0),
    coefficient: z.string().default("coefficient"),
    variables: z.string().default("variables"),
  }),
  submit: z.strictObject({
    path: address,
    body: z.record(z.string(), z.json()).default({}),
    readsAt: place.optional(),
    seedAt: place.optional(),
    tagAt: place.optional(),
    repeatable: z.boolean().default(false),
    seconds: z.number().nonnegative().default(0),
  }),
  idAt: place.optional(),
  look: z.strictObject({
    path: address,
    statusAt: place,
    waiting: words.default([]),
    running: words.default([]),
    done: words.min(1),
    failed: words.default([]),
    cancelled: words.default([]),
    messageAt: place.optional(),
  }).optional(),
  cancel: call.optional(),
  release: call.optional(),
  answer: z.strictObject({
    path: address.optional(),
    at: path.default(""),
    rowsAt: path.default(""),
    stateAt: path.default(""),
    values: z.enum(["bits", "spins"]),
    energyAt: place.optional(),
    energiesAt: place.optional(),
    energySign: z.union([z.literal(1), z.literal(-1)]).default(1),
    countAt: place.optional(),
    timeAt: place.optional(),
    timeUnitMs: z.number().positive().default(1),
  }),
});

/** A declaration, checked, with its defaults. */
export type CheckedJsonMachine = z.output<typeof jsonMachineSchema>;

/** Value at a path; undefined if there is none. */
export function valueAt(value: unknown, path: string): unknown {
  if (path === "") return value;
  for (const name of path.split(".")) {
    if (typeof value !== "object" || value === null || !Object.hasOwn(value, name)) return undefined;
    value = (value as Record<string, unknown>)[name];
  }
  return value;
}

/** Puts a value at a path, making the objects on the way; the names are own properties, `__proto__` too. */
export function putAt(target: Record<string, unknown>, path: string, value: unknown): void {
  const names = path.split(".");
  const last = names.pop() as string;
  let at = target;
  for (const name of names) {
    const next = Object.hasOwn(at, name) ? at[name] : undefined;
    const inner = typeof next === "object" && next !== null ? next as Record<string, unknown> : {};
    define(at, name, inner);
    at = inner;
  }
  define(at, last, value);
}

function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
