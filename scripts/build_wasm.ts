/**
 * Compiles the WebAssembly kernels: `deno task wasm` writes lib/kernels/kernels.wasm; `--check` only compares.
 */
import { buildKernels } from "./_build_kernels.ts";

const target = new URL("../lib/kernels/kernels.wasm", import.meta.url);
const built = await buildKernels();
if (Deno.args.includes("--check")) {
  const committed = Deno.readFileSync(target);
  const same = committed.length === built.length && committed.every((byte, i) => byte === built[i]);
  console.log(same ? "kernels.wasm is what its sources give" : "kernels.wasm is stale: run `deno task wasm`");
  if (!same) Deno.exit(1);
} else {
  Deno.writeFileSync(target, built);
  console.log(`kernels.wasm: ${built.length} bytes`);
}
