/**
 * A transformer in a process of its own: requests are lines of JSON on standard input, answers are frames on standard output.
 *
 * A process of its own, because the package and its runtime stay out of the caller's lock file and memory that way. It is
 * run without the project's import map, so nothing is imported here but the package, whose name comes as an argument.
 *
 * A frame is one byte (0 numbers, 1 JSON, 2 the text of an error), its length as uint32, little-endian, and its content.
 *
 * @module
 */

/** What of the package is used. */
interface Package {
  readonly env: Record<string, unknown>;
  readonly Tensor: new (type: string, data: BigInt64Array, shape: readonly number[]) => unknown;
  readonly AutoTokenizer: { from_pretrained(model: string): Promise<Tokenizer> };
  readonly AutoModel: { from_pretrained(model: string, options: { dtype: string }): Promise<Model> };
}

interface Encoding {
  readonly input_ids: readonly number[];
}

type Tokenizer =
  & ((text: string, options: { truncation: false; add_special_tokens?: boolean; return_tensor: false }) => Encoding)
  & { get_vocab(): Map<string, number> | Record<string, number>; readonly unk_token_id?: number };

type Model = (inputs: Record<string, unknown>) => Promise<Record<string, { data: Float32Array; dims: number[] }>>;

/** The first argument. */
export interface TransformerSettings {
  /** Specifier of the package. */
  readonly package: string;
  /** A folder, or the name of a public model. */
  readonly model: string;
  /** Where downloads are kept. */
  readonly cacheDir: string;
  /** Uses what is on this machine only. */
  readonly offline: boolean;
}

/** A line on standard input. */
export type TransformerRequest =
  | { readonly kind: "vocabulary" }
  | { readonly kind: "tokenise"; readonly texts: readonly string[]; readonly longest: number }
  | { readonly kind: "extract"; readonly tokens: readonly number[] };

async function write(kind: 0 | 1 | 2, content: Uint8Array): Promise<void> {
  const frame = new Uint8Array(5 + content.length);
  frame[0] = kind;
  new DataView(frame.buffer).setUint32(1, content.length, true);
  frame.set(content, 5);
  for (let done = 0; done < frame.length;) done += await Deno.stdout.write(frame.subarray(done));
}

/** The number of special tokens after the text's own. */
function endingOf(whole: readonly number[], { input_ids: own }: Encoding): number {
  const extra = whole.length - own.length;
  for (let before = 0; before < extra; before++) {
    if (own.every((token, i) => token === whole[before + i])) return extra - before;
  }
  return 0;
}

const writeJson = (value: unknown) => write(1, new TextEncoder().encode(JSON.stringify(value)));

async function open(settings: TransformerSettings): Promise<(request: TransformerRequest) => Promise<void>> {
  const { env, Tensor, AutoTokenizer, AutoModel }: Package = await import(settings.package);
  Object.assign(env, { allowRemoteModels: !settings.offline, cacheDir: settings.cacheDir, allowLocalModels: true });
  const tokenizer = await AutoTokenizer.from_pretrained(settings.model);
  const model = await AutoModel.from_pretrained(settings.model, { dtype: "fp32" });
  const unknown = tokenizer.unk_token_id;
  const tokenise = (texts: readonly string[], longest: number) => {
    let truncatedTexts = 0;
    const tokens = texts.map((text) => {
      const whole = tokenizer(text, { truncation: false, return_tensor: false }).input_ids;
      if (whole.length <= longest) return whole.length > 0 ? whole : [unknown ?? 0];
      truncatedTexts++;
      // the package's own truncation would lose the special tokens at the end
      const ending = Math.min(
        longest,
        endingOf(whole, tokenizer(text, { truncation: false, add_special_tokens: false, return_tensor: false })),
      );
      return [...whole.slice(0, longest - ending), ...whole.slice(whole.length - ending)];
    });
    return { tokens, truncatedTexts };
  };
  return async (request) => {
    if (request.kind === "vocabulary") {
      const vocabulary = tokenizer.get_vocab();
      const words = [...(vocabulary instanceof Map ? vocabulary : Object.entries(vocabulary))];
      return await writeJson({ words, unknown: unknown ?? null });
    }
    if (request.kind === "tokenise") {
      return await writeJson(tokenise(request.texts, request.longest));
    }
    const shape = [1, request.tokens.length];
    const tensor = (values: readonly number[]) => new Tensor("int64", BigInt64Array.from(values, BigInt), shape);
    const { last_hidden_state: hidden } = await model({
      input_ids: tensor(request.tokens),
      attention_mask: tensor(request.tokens.map(() => 1)),
      token_type_ids: tensor(request.tokens.map(() => 0)),
    });
    if (!(hidden?.data instanceof Float32Array) || hidden.dims[1] !== request.tokens.length) {
      throw new Error("the model gives no float32 last_hidden_state of one row a token");
    }
    await write(0, new Uint8Array(new Float16Array(hidden.data).buffer));
  };
}

async function serve(): Promise<void> {
  // standard output carries the frames
  console.log = console.info = console.debug = console.error;
  const answer = await open(JSON.parse(Deno.args[0]));
  await writeJson("ready");
  let rest = "";
  for await (const piece of Deno.stdin.readable.pipeThrough(new TextDecoderStream())) {
    const lines = (rest + piece).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) await answer(JSON.parse(line));
  }
}

if (import.meta.main) {
  // Ctrl-C reaches every process of a terminal; this one ends when its caller does
  Deno.addSignalListener("SIGINT", () => {});
  try {
    await serve();
    Deno.exit(0);
  } catch (error) {
    await write(2, new TextEncoder().encode(error instanceof Error ? error.message : String(error)));
    Deno.exit(1);
  }
}
