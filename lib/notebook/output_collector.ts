import { stripVTControlCharacters } from "node:util";
import type { Message } from "./message.ts";
import type { Output } from "./notebook_file.ts";

/**
 * Collects what one cell puts out, as the outputs of nbformat 4.5.
 *
 * Streams of the same name that follow each other are one output; `clear_output` and `update_display_data` do what they do in
 * Jupyter, within the cell. Colours for terminals are taken out of plain texts, so that a file reads the same everywhere.
 *
 * @example Two prints
 * ```ts
 * import { newMessage, OutputCollector } from "qama/notebook";
 * import { assertEquals } from "@std/assert";
 * const collector = new OutputCollector();
 * for (const text of ["a\n", "b\n"]) collector.take(newMessage("stream", { name: "stdout", text }, "s"));
 * assertEquals(collector.outputs, [{ output_type: "stream", name: "stdout", text: "a\nb\n" }]);
 * ```
 */
export class OutputCollector {
  /** Characters of all that was taken, cleared outputs included. */
  characters = 0;
  readonly #outputs: Output[] = [];
  readonly #displays = new Map<string, number[]>();
  /** Pieces of the stream that is still growing; joined when asked for. */
  #stream: { name: "stdout" | "stderr"; pieces: string[] } | undefined;
  #clearNext = false;

  /** What there is so far; fresh. */
  get outputs(): Output[] {
    this.#endStream();
    return [...this.#outputs];
  }

  /** Takes one message of iopub; what is no output changes nothing. */
  take({ header: { msg_type: type }, content }: Message): void {
    if (type === "clear_output") {
      if (content.wait) this.#clearNext = true;
      else this.#clear();
      return;
    }
    if (!["stream", "display_data", "execute_result", "error", "update_display_data"].includes(type)) return;
    if (this.#clearNext) this.#clear();
    if (type === "stream") {
      this.characters += content.text.length;
      if (this.#stream?.name !== content.name) {
        this.#endStream();
        this.#stream = { name: content.name, pieces: [] };
      }
      this.#stream?.pieces.push(content.text);
      return;
    }
    this.#endStream();
    if (type === "error") {
      const traceback = content.traceback.map((line: string) => stripVTControlCharacters(line));
      this.characters += traceback.join("\n").length;
      this.#outputs.push({ output_type: "error", ename: content.ename, evalue: content.evalue, traceback });
      return;
    }
    const { metadata = {}, transient, execution_count = null } = content;
    const data = plain(content.data);
    this.characters += sizeOf(data);
    const id = transient?.display_id;
    if (type === "update_display_data") {
      for (const at of this.#displays.get(id) ?? []) {
        this.#outputs[at] = { ...this.#outputs[at], data, metadata } as Output;
      }
      return;
    }
    if (typeof id === "string") {
      this.#displays.set(id, [...this.#displays.get(id) ?? [], this.#outputs.length]);
    }
    this.#outputs.push(
      type === "display_data"
        ? { output_type: type, data, metadata }
        : { output_type: "execute_result", data, metadata, execution_count },
    );
  }

  #endStream(): void {
    if (this.#stream === undefined) return;
    const { name, pieces } = this.#stream;
    this.#stream = undefined;
    this.#outputs.push({ output_type: "stream", name, text: stripVTControlCharacters(pieces.join("")) });
  }

  #clear(): void {
    this.#stream = undefined;
    this.#outputs.length = 0;
    this.#displays.clear();
    this.#clearNext = false;
  }
}

function plain(data: Record<string, unknown> = {}): Record<string, unknown> {
  const text = data["text/plain"];
  return typeof text === "string" ? { ...data, "text/plain": stripVTControlCharacters(text) } : data;
}

/** Characters of a bundle, near enough for a limit. */
function sizeOf(data: Record<string, unknown>): number {
  let size = 0;
  for (const value of Object.values(data)) {
    size += typeof value === "string" ? value.length : JSON.stringify(value)?.length ?? 0;
  }
  return size;
}
