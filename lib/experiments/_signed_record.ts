import { checkedForm, type ValueForm } from "./_check_form.ts";
import { keepNumbers } from "./_not_finite.ts";
import { readRecordJson, zipped } from "./_read_json.ts";
import { writeWhole } from "./record_file.ts";

/** The form of a `CodeVersion`. */
export const CODE_FORM: ValueForm = { fields: { version: "string", commit: { orNull: "string" } } };

/** The form of a `MachineDescription`. */
export const MACHINE_FORM: ValueForm = {
  fields: { deno: "string", v8: "string", os: "string", arch: "string", cpu: "string", cores: "count" },
};

/** Called with a field that does not fit, and what was expected. */
export type Refuse = (field: string, expected: string) => never;

/** What records of one kind are checked by when they are read. */
export interface SignedKind<T> {
  /** The version of their form. */
  readonly schema: number;
  /** Every field but `schema`. */
  readonly form: ValueForm;
  /** What is to be done with a file that is no such record. */
  readonly wayOut: string;
  /** SHA-256 of what must not be changed. */
  readonly digest: (record: T) => Promise<string>;
  /** What that is, in errors. @default {"numbers"} */
  readonly signed?: string;
  /** Refuses what the form alone lets pass. */
  readonly check?: (record: T, refuse: Refuse) => void;
}

/** A record as one line of JSON, with its digest; numbers that are not finite are kept as text. */
export async function signedJson<T>(record: T, { digest }: Pick<SignedKind<T>, "digest">): Promise<string> {
  return JSON.stringify({ ...record, digest: await digest(record) }, keepNumbers);
}

/** Writes a record as {@link signedJson}, whole or not at all; compressed where the file's name ends in `.gz`. */
export async function writeSigned<T>(path: string, record: T, kind: SignedKind<T>): Promise<void> {
  const bytes = new TextEncoder().encode(`${await signedJson(record, kind)}\n`);
  await writeWhole(path, path.endsWith(".gz") ? await zipped(bytes) : bytes);
}

/** Reads a record and checks its form and its digest. */
export async function readSigned<T>(path: string, kind: SignedKind<T>): Promise<T> {
  return await checkedSigned(await readRecordJson(path, kind.wayOut), path, kind);
}

/** Checks parsed JSON as {@link readSigned} does; `path` is where it came from. */
export async function checkedSigned<T>(value: unknown, path: string, kind: SignedKind<T>): Promise<T> {
  const { schema, form, wayOut, digest, signed = "numbers", check } = kind;
  const refuse: Refuse = (field, expected) => {
    throw new TypeError(`Cannot read the record ${path}: ${field} must be ${expected}; ${wayOut}`);
  };
  if (typeof value !== "object" || value === null || !("schema" in value)) return refuse("schema", "a number");
  if (value.schema !== schema) {
    throw new RangeError(
      `Cannot read the record ${path}: expected schema ${schema}, got ${value.schema}: it is of another version of this ` +
        `package; ${wayOut}`,
    );
  }
  // every field is checked
  const { digest: written, ...record } = checkedForm(value, form, "", refuse) as T & { readonly digest?: unknown };
  check?.(record as T, refuse);
  if (written !== await digest(record as T)) {
    throw new SyntaxError(`Cannot read the record ${path}: its ${signed} are not those that were written; ${wayOut}`);
  }
  return record as T;
}
