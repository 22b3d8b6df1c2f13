import type { Label } from "../builder.ts";
import { JsonReader, type JsonToken } from "./_json_reader.ts";

/** Reads the values that a reader stands before, each with the type it is to have; `what` names it in the error. */
export class JsonValues {
  /** Where the tokens come from. */
  readonly reader: JsonReader;

  constructor(source: AsyncIterable<Uint8Array>, signal?: AbortSignal) {
    this.reader = new JsonReader(source, signal);
  }

  /**
   * Reads an object: `visit` is called for every member and reads its value, or gives false to pass over it.
   *
   * @throws {SyntaxError} if a name comes twice
   */
  async object(what: string, visit: (key: string) => Promise<boolean> | boolean): Promise<void> {
    await this.#expect("{", what);
    await this.members(visit);
  }

  /** Reads the members of an object whose `{` was read. */
  async members(visit: (key: string) => Promise<boolean> | boolean): Promise<void> {
    const reader = this.reader;
    const seen = new Set<string>();
    while ((reader.step() || await reader.more()) === "key") {
      const key = reader.text;
      if (seen.has(key)) throw reader.error("every name once", key);
      seen.add(key);
      if (!await visit(key)) await reader.skip(await reader.next());
    }
  }

  /** Reads a list: `visit` is called with the first token of every element. */
  async list(what: string, visit: (token: JsonToken) => Promise<void> | void): Promise<void> {
    const reader = this.reader;
    await this.#expect("[", what);
    for (;;) {
      const token = reader.step() || await reader.more();
      if (token === "]") return;
      const wait = visit(token);
      if (wait !== undefined) await wait;
    }
  }

  /** Reads a finite number. */
  async number(what: string): Promise<number> {
    await this.#expect("number", what);
    return this.reader.value;
  }

  /** Reads a string. */
  async string(what: string): Promise<string> {
    await this.#expect("string", what);
    return this.reader.text;
  }

  /** Reads an integer from 0. */
  async count(what: string): Promise<number> {
    const value = await this.number(what);
    if (!Number.isSafeInteger(value) || value < 0) throw this.reader.error(`${what}, an integer from 0`, String(value));
    return value;
  }

  /** Makes a label of the value whose first token was read: a string, a number, or a list as its JSON text. */
  async label(token: JsonToken): Promise<Label> {
    const reader = this.reader;
    if (token === "string") return reader.text;
    if (token === "number") {
      if (Number.isInteger(reader.value) && !Number.isSafeInteger(reader.value)) {
        throw reader.error("a label that float64 holds exactly", String(reader.value));
      }
      return reader.value;
    }
    if (token !== "[") throw reader.error("a label: a string, a number or a list", token);
    const parts: string[] = [];
    for (let part = await reader.next(); part !== "]"; part = await reader.next()) {
      const label = await this.label(part);
      parts.push(part === "[" ? String(label) : JSON.stringify(label));
    }
    return `[${parts.join(",")}]`;
  }

  /** Throws unless the file ends here. */
  async end(): Promise<void> {
    await this.reader.next();
  }

  async #expect(token: JsonToken, what: string): Promise<void> {
    const got = this.reader.step() || await this.reader.more();
    if (got !== token) throw this.reader.error(what, got === "string" ? JSON.stringify(this.reader.text) : got);
  }
}

/** Runs `read` on the values of a JSON file, to its end, and lets go of the source whatever happens. */
export async function readJson<T>(
  source: AsyncIterable<Uint8Array>,
  signal: AbortSignal | undefined,
  read: (values: JsonValues) => Promise<T>,
): Promise<T> {
  const values = new JsonValues(source, signal);
  try {
    const result = await read(values);
    await values.end();
    return result;
  } finally {
    await values.reader.close();
  }
}
