import type { Couplings, Model } from "../model/mod.ts";

const copies = new WeakMap<Model, { readonly id: number; readonly model: Model }>();
let made = 0;

/** Gives a number to a model and a copy of it in shared memory, made once, that threads read without another copy. */
export function sharedModel(model: Model): { readonly id: number; readonly model: Model } {
  const known = copies.get(model);
  if (known !== undefined) return known;
  const copy = { ...model, linear: shared(model.linear), couplings: sharedCouplings(model.couplings) };
  const entry = { id: ++made, model: copy };
  copies.set(model, entry);
  return entry;
}

function sharedCouplings(couplings: Couplings): Couplings {
  if (couplings.form === "dense") return { ...couplings, values: shared(couplings.values) };
  if (couplings.form === "factored") {
    return { ...couplings, left: shared(couplings.left), right: shared(couplings.right) };
  }
  const { rowPtr, columns, values } = couplings;
  return { ...couplings, rowPtr: shared(rowPtr), columns: shared(columns), values: shared(values) };
}

function shared<T extends Float64Array | Uint32Array>(values: T): T;
function shared(values: Float64Array | Uint32Array): Float64Array | Uint32Array {
  const memory = new SharedArrayBuffer(values.byteLength);
  const copy = values instanceof Float64Array ? new Float64Array(memory) : new Uint32Array(memory);
  copy.set(values);
  return copy;
}
