import { createHash } from "node:crypto";
import { z } from "zod";
import { keepNumbers, NOT_FINITE } from "./_not_finite.ts";
import { canonicalJson } from "./digest.ts";
import type { CodeVersion } from "./types.ts";

/** The version of the form of a task on the wire. */
export const TASK_SCHEMA = 1;

/** A task on the wire: a name of something that a worker can do, and what it is to be done with. */
export interface TaskSpec {
  readonly schema: typeof TASK_SCHEMA;
  /** Content hash of all that follows: equal tasks have one record. */
  readonly key: string;
  readonly kind: string;
  readonly code: CodeVersion;
  readonly body: unknown;
}

const shape = z.strictObject({
  schema: z.literal(TASK_SCHEMA),
  key: z.string().regex(/^[0-9a-f]{32}$/),
  kind: z.string().regex(/^[a-z][a-z-]{0,40}$/),
  code: z.strictObject({ version: z.string().max(40), commit: z.string().max(80).nullable() }),
  body: z.unknown(),
});

/** Makes the task of a kind. */
export function specOf(kind: string, body: unknown, code: CodeVersion): TaskSpec {
  return { schema: TASK_SCHEMA, key: keyOf(kind, body, code), kind, code, body };
}

/** What is wrong with a message; `wait` where a worker of another version may make something of it. */
export type Unreadable = { readonly unreadable: string; readonly wait: boolean };

/** Reads a task off the wire; what is not whole is told, not thrown. */
export function readSpec(text: string): TaskSpec | Unreadable {
  let value: unknown;
  try {
    value = fromWire(text);
  } catch {
    return { unreadable: "it is no JSON", wait: false };
  }
  const schema = (value as { schema?: unknown } | null)?.schema;
  if (typeof schema === "number" && schema !== TASK_SCHEMA) {
    return { unreadable: `its form has version ${schema}, this worker reads ${TASK_SCHEMA}`, wait: true };
  }
  const read = shape.safeParse(value);
  if (!read.success) return { unreadable: complaintOf(read.error), wait: false };
  const spec = read.data as TaskSpec;
  if (spec.key !== keyOf(spec.kind, spec.body, spec.code)) {
    return { unreadable: "its content is not what its hash says", wait: false };
  }
  return spec;
}

/** Why a worker of one program does no task of another; null where they are the same. */
export function otherCode(wanted: CodeVersion, own: CodeVersion): string | null {
  if (wanted.version !== own.version) return `the plan is of version ${wanted.version}, this worker of ${own.version}`;
  if (wanted.commit !== own.commit) return `the plan is of commit ${wanted.commit}, this worker of ${own.commit}`;
  return null;
}

/** The first complaint of a validation, with its place. */
export function complaintOf(
  { issues: [{ path, message }] }: {
    readonly issues: readonly { readonly path: readonly PropertyKey[]; readonly message: string }[];
  },
): string {
  return `${path.join(".") || "the whole"}: ${message}`;
}

/** JSON in which numbers that are not finite are kept. */
export function toWire(value: unknown): string {
  return JSON.stringify(value, keepNumbers);
}

/** Reads what `toWire` wrote. */
export function fromWire(text: string): unknown {
  return JSON.parse(text, (_key, entry) => NOT_FINITE.get(entry) ?? entry);
}

function keyOf(kind: string, body: unknown, code: CodeVersion): string {
  const { version, commit } = code;
  // node's hash: the web's, for a small text, waits longer for its thread than it computes
  return createHash("sha256").update(canonicalJson({ kind, body, version, commit })).digest("hex").slice(0, 32);
}
