import { type Couplings, inBlocks, type Model, type Work } from "../model/mod.ts";

const copies = new WeakMap<Model, { readonly id: number; readonly model: Model }>();
let made = 0;

/** Gives a number to a model and a copy of it in shared memory, made once, that threads read without another copy. */
export function* sharedModel(model: Model): Work<{ readonly id: number; readonly model: Model }> {
  const known = copies.get(model);
  if (known !== undefined) return known;
  const copy = { ...model, linear: yield* shared(model.linear), couplings: yield* sharedCouplings(model.couplings) };
  const entry = { id: ++made, model: copy };
  copies.set(model, entry);
  return entry;
}

function* sharedCouplings(couplings: Couplings): Work<Couplings> {
  if (couplings.form === "dense") return { ...couplings, values: yield* shared(couplings.values) };
  if (couplings.form === "factored") {
    return { ...couplings, left: yield* shared(couplings.left), right: yield* shared(couplings.right) };
  }
  const { rowPtr, columns, values } = couplings;
  return {
    ...couplings,
    rowPtr: yield* shared(rowPtr),
    columns: yield* shared(columns),
    values: yield* shared(values),
  };
}

function shared<T extends Float64Array | Uint32Array>(values: T): Work<T>;
function* shared(values: Float64Array | Uint32Array): Work<Float64Array | Uint32Array> {
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float64Array ? new Float64Array(memory) : new Uint32Array(memory);
  yield* inBlocks(values.length, 1, (from, to) => copy.set(values.subarray(from, to), from));
  return copy;
}
