import type { Floats } from "../kernels/mod.ts";
import type { Checkpoint } from "./checkpoint.ts";
import type { WordVectors } from "./_word_vectors.ts";

type Arrays = Checkpoint["arrays"];
type Copied = Readonly<Record<keyof Arrays, Floats>>;

/** Weights and moments of Adam, copied out: those of the model, then the word vectors. */
export function copyState({ weights, m, v }: Arrays, words: WordVectors | null): Copied {
  const whole = (own: Float32Array, vectors: Float32Array = new Float32Array()) => {
    const array = new Float32Array(own.length + vectors.length);
    array.set(own);
    array.set(vectors, own.length);
    return array;
  };
  return { weights: whole(weights, words?.table), m: whole(m, words?.m), v: whole(v, words?.v) };
}

/** Takes up in place what {@link copyState} gave; throws unless it is of the same size. */
export function takeState(from: Arrays, { weights, m, v }: Arrays, words: WordVectors | null): void {
  const own = weights.length, size = own + (words?.table.length ?? 0);
  if (from.weights.length !== size) {
    throw new TypeError(
      `Cannot resume: the checkpoint holds ${from.weights.length} weights, the model has ${size}; ` +
        "remove the file to start over",
    );
  }
  const pairs = [[weights, words?.table, from.weights], [m, words?.m, from.m], [v, words?.v, from.v]] as const;
  for (const [array, vectors, values] of pairs) {
    array.set(values.subarray(0, own));
    vectors?.set(values.subarray(own));
  }
}
