/**
 * Compiles the WebAssembly kernels: `deno task wasm [NAME.wasm ...]` writes them in lib/kernels; `--check` only compares.
 */
import { buildKernels, kernelModules } from "./_build_kernels.ts";

const names = Deno.args.filter((argument) => argument !== "--check");
const unknown = names.find((name) => !kernelModules.some(({ binary }) => binary === name));
if (unknown !== undefined) {
  console.error(`There is no module ${unknown}; expected ${kernelModules.map(({ binary }) => binary).join(", ")}`);
  Deno.exit(1);
}
let stale = false;
for (const module of kernelModules.filter(({ binary }) => names.length === 0 || names.includes(binary))) {
  const target = new URL(`../lib/kernels/${module.binary}`, import.meta.url);
  const built = await buildKernels(module);
  if (Deno.args.includes("--check")) {
    const committed = Deno.readFileSync(target);
    const same = committed.length === built.length && committed.every((byte, i) => byte === built[i]);
    console.log(
      same ? `${module.binary} is what its sources give` : `${module.binary} is stale: run \`deno task wasm\``,
    );
    stale ||= !same;
  } else {
    Deno.writeFileSync(target, built);
    console.log(`${module.binary}: ${built.length} bytes`);
  }
}
if (stale) Deno.exit(1);
