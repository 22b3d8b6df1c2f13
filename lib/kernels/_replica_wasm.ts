import { loadModule } from "./_load_module.ts";
import { GROUP, type ReplicaArrays } from "./_replica_arrays.ts";
import type { ReplicaLoops } from "./_replica_loops.ts";

/** The compiled loops. */
export const replicaModule: WebAssembly.Module = await loadModule(new URL("./replicas.wasm", import.meta.url));

type Exports = Readonly<Record<string, (...values: number[]) => number>>;

/** The compiled loops over arrays that lie in the memory of their instance. */
export function wasmLoops(arrays: ReplicaArrays, exports: Exports): ReplicaLoops {
  const { form, n, stride, lanes } = arrays;
  const width = arrays.precision === "int16" ? 16 : 32;
  const suffix = `${form === "dense" ? "Dense" : "Sparse"}${width}`;
  const [sweep, slices, descend, fields, energies] = ["sweep", "slices", "descend", "fields", "energies"].map(
    (name) => exports[name + suffix],
  );
  const h = arrays.h.byteOffset;
  const drawn = arrays.thresholds.byteOffset;
  const size = stride * GROUP * width / 8;
  const spins = (group: number) => arrays.spins.byteOffset + group * size;
  const fieldsOf = (group: number) => arrays.fields.byteOffset + group * size;
  const words = (group: number) => arrays.words.byteOffset + group * GROUP * 16;
  const scale = (group: number) => arrays.scale.byteOffset + group * GROUP * 4;
  const sums = (group: number) => arrays.sums.byteOffset + group * GROUP * 8;
  if (form === "dense") {
    const rows = arrays.doubled.byteOffset;
    const transposed = arrays.transposed.byteOffset;
    const limits = arrays.limits.byteOffset;
    return {
      fields: (g, from, to) => void fields(from, to, stride, rows, h, spins(g), fieldsOf(g)),
      energies: (g) => void energies(stride, h, spins(g), fieldsOf(g), sums(g)),
      sweep(g, from, to) {
        sweep(from, to, stride, rows, spins(g), fieldsOf(g), words(g), scale(g), drawn, transposed, limits);
      },
      descend: (g, from, to, limit) => descend(from, to, stride, rows, spins(g), fieldsOf(g), limit) !== 0,
      slices(g, from, to, bond) {
        const at = [rows, spins(0), fieldsOf(g), words(g), scale(g), drawn, transposed, limits];
        slices(from, to, stride, ...at, g, lanes, bond);
      },
    };
  }
  const rowPtr = arrays.rowPtr.byteOffset;
  const entries = arrays.entries.byteOffset;
  const groups = lanes / GROUP;
  return {
    fields: (g, from, to) => void fields(from, to, rowPtr, entries, h, spins(g), fieldsOf(g)),
    energies: (g) => void energies(n, h, spins(g), fieldsOf(g), sums(g)),
    sweep(g, from, to) {
      sweep(from, to, rowPtr, entries, spins(g), fieldsOf(g), words(g), scale(g), drawn);
    },
    descend: (g, from, to, limit) => descend(from, to, rowPtr, entries, spins(g), fieldsOf(g), limit) !== 0,
    slices(g, from, to, bond) {
      const [before, after] = [spins((g + groups - 1) % groups), spins((g + 1) % groups)];
      const at = [rowPtr, entries, spins(g), fieldsOf(g), words(g), scale(g), drawn];
      slices(from, to, ...at, before, after, bond);
    },
  };
}
