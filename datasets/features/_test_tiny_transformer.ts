import { join } from "node:path";

/** Words of the tiny transformer; the number is the place. */
export const TINY_WORDS = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "good", "bad", "film"];
const WIDTH = 2;

/** Row of a token before the rest of its text is added. */
export function tinyRow(token: number): number[] {
  return [token / 4, -token];
}

/**
 * Writes a transformer that is small enough to be worked out by hand, as a folder of ONNX weights: a token's features are
 * its own row plus the mean row of its text, so that a pad, or a neighbour in a batch, would be seen.
 */
export async function writeTinyTransformer(folder: string): Promise<void> {
  await Deno.mkdir(join(folder, "onnx"), { recursive: true });
  const json = (name: string, value: unknown) => Deno.writeTextFile(join(folder, name), JSON.stringify(value));
  await json("config.json", { model_type: "albert", hidden_size: WIDTH, vocab_size: TINY_WORDS.length });
  await json("tokenizer_config.json", {
    tokenizer_class: "PreTrainedTokenizerFast",
    ...{ unk_token: "[UNK]", cls_token: "[CLS]", sep_token: "[SEP]", pad_token: "[PAD]", model_max_length: 512 },
  });
  const special = (id: number) => ({ id, content: TINY_WORDS[id], special: true, normalized: false });
  const part = (kind: string, id: string) => ({ [kind]: { id, type_id: 0 } });
  await json("tokenizer.json", {
    version: "1.0",
    truncation: null,
    padding: null,
    added_tokens: [0, 1, 2, 3].map((id) => ({ ...special(id), single_word: false, lstrip: false, rstrip: false })),
    normalizer: { type: "Lowercase" },
    pre_tokenizer: { type: "Whitespace" },
    post_processor: {
      type: "TemplateProcessing",
      single: [part("SpecialToken", "[CLS]"), part("Sequence", "A"), part("SpecialToken", "[SEP]")],
      pair: [part("SpecialToken", "[CLS]"), part("Sequence", "A"), part("SpecialToken", "[SEP]")],
      special_tokens: {
        "[CLS]": { id: "[CLS]", ids: [2], tokens: ["[CLS]"] },
        "[SEP]": { id: "[SEP]", ids: [3], tokens: ["[SEP]"] },
      },
    },
    decoder: null,
    model: {
      type: "WordLevel",
      vocab: Object.fromEntries(TINY_WORDS.map((word, i) => [word, i])),
      unk_token: "[UNK]",
    },
  });
  await Deno.writeFile(join(folder, "onnx", "model.onnx"), tinyModel());
}

/** A message of protocol buffers: pairs of field number and value. */
type Field = readonly [number, number | string | Uint8Array];

function varint(value: number): number[] {
  return value < 128 ? [value] : [value % 128 + 128, ...varint(Math.floor(value / 128))];
}

function message(...fields: readonly Field[]): Uint8Array {
  const bytes: number[] = [];
  for (const [number, value] of fields) {
    if (typeof value === "number") bytes.push(...varint(number * 8), ...varint(value));
    else {
      const content = typeof value === "string" ? new TextEncoder().encode(value) : value;
      bytes.push(...varint(number * 8 + 2), ...varint(content.length), ...content);
    }
  }
  return Uint8Array.from(bytes);
}

/** `attention_mask rows[input_ids] + mean over the text`, field numbers after onnx.proto, operator set 13. */
function tinyModel(): Uint8Array {
  const rows = Float32Array.from(TINY_WORDS.flatMap((_, token) => tinyRow(token)));
  const table = message([1, TINY_WORDS.length], [1, WIDTH], [2, 1], [8, "rows"], [9, new Uint8Array(rows.buffer)]);
  const node = (type: string, inputs: string[], output: string, ...rest: Field[]) =>
    message(...inputs.map((name) => [1, name] as const), [2, output], [3, output], [4, type], ...rest);
  const axis = message([1, "axes"], [8, 1], [20, 7]);
  const value = (name: string, type: number, dimensions: (string | number)[]) => {
    const shape = dimensions.map((d) => [1, message(typeof d === "number" ? [1, d] : [2, d])] as const);
    return message([1, name], [2, message([1, message([1, type], [2, message(...shape)])])]);
  };
  const graph = message(
    [1, node("Gather", ["rows", "input_ids"], "own")],
    [1, node("ReduceMean", ["own"], "mean", [5, axis])],
    [1, node("Cast", ["attention_mask"], "flat", [5, message([1, "to"], [3, 1], [20, 2])])],
    [1, node("Unsqueeze", ["flat", "two"], "mask")],
    [1, node("Mul", ["own", "mask"], "masked")],
    [1, node("Add", ["masked", "mean"], "last_hidden_state")],
    [2, "tiny"],
    [5, table],
    [5, message([1, 1], [2, 7], [8, "two"], [9, new Uint8Array(BigInt64Array.of(2n).buffer)])],
    [11, value("input_ids", 7, ["batch", "tokens"])],
    [11, value("attention_mask", 7, ["batch", "tokens"])],
    [12, value("last_hidden_state", 1, ["batch", "tokens", WIDTH])],
  );
  return message([1, 8], [7, graph], [8, message([1, ""], [2, 13])]);
}
