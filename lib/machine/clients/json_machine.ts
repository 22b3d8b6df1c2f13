import { z } from "zod";

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
