import { Refusal } from "./_refusal.ts";

const MAX_DEPTH = 32;

/**
 * Reads a body as JSON.
 *
 * @throws {Refusal} `input` if it is no UTF-8, no JSON or deeper than 32
 */
export function parseJson(bytes: Uint8Array): unknown {
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    throw new Refusal("input", "the body is no UTF-8");
  }
  checkDepth(bytes);
  try {
    return JSON.parse(text);
  } catch {
    throw new Refusal("input", "the body is no JSON");
  }
}

// brackets and quotes are single bytes in UTF-8
function checkDepth(bytes: Uint8Array): void {
  let depth = 0;
  let inText = false;
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i];
    if (inText) {
      if (byte === 0x5c) i++;
      else if (byte === 0x22) inText = false;
    } else if (byte === 0x22) inText = true;
    else if (byte === 0x5b || byte === 0x7b) {
      if (++depth > MAX_DEPTH) throw new Refusal("input", `the body is nested deeper than ${MAX_DEPTH}`);
    } else if (byte === 0x5d || byte === 0x7d) depth--;
  }
}

/** An object of a body: its own entries only. */
export type Fields = Readonly<Record<string, unknown>>;

/** A value as an object. */
export function fieldsOf(value: unknown, what: string): Fields {
  if (typeof value === "object" && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Refusal("input", `${what} must be an object`);
}

/** An entry as a list; undefined where it is absent. */
export function listField(fields: Fields, name: string): readonly unknown[] | undefined {
  const value = entry(fields, name);
  if (value === undefined || Array.isArray(value)) return value;
  throw new Refusal("input", `${name} must be a list`);
}

/** An entry as text; undefined where it is absent. */
export function textField(fields: Fields, name: string, maxLength = 1000): string | undefined {
  const value = entry(fields, name);
  if (value === undefined || (typeof value === "string" && value.length <= maxLength)) return value;
  throw new Refusal("input", `${name} must be text of at most ${maxLength} characters`);
}

/** An entry as an object; empty where it is absent. */
export function objectField(fields: Fields, name: string): Fields {
  return fieldsOf(entry(fields, name) ?? {}, name);
}

/** An entry as a truth value. */
export function flagField(fields: Fields, name: string, fallback: boolean): boolean {
  const value = entry(fields, name) ?? fallback;
  if (typeof value === "boolean") return value;
  throw new Refusal("input", `${name} must be true or false`);
}

/** An entry as an integer in a range. */
export function integerField(fields: Fields, name: string, min: number, max: number, fallback?: number): number {
  const value = numberField(fields, name, min, max, fallback);
  if (Number.isInteger(value)) return value;
  throw new Refusal("input", `${name} must be an integer`);
}

/** An entry as a number in a range. */
export function numberField(fields: Fields, name: string, min: number, max: number, fallback?: number): number {
  const value = entry(fields, name) ?? fallback;
  if (typeof value !== "number") throw new Refusal("input", `${name} must be a number`);
  if (value >= min && value <= max) return value;
  throw new Refusal("range", `${name} must be from ${min} to ${max}`);
}

function entry(fields: Fields, name: string): unknown {
  const value = Object.hasOwn(fields, name) ? fields[name] : undefined;
  return value === null ? undefined : value;
}
