import { runCli, stop, type Values } from "./_cli.ts";
import { buildKernels, kernelModules } from "./_build_kernels.ts";
import { checkNamed } from "./_cli_option.ts";

const NAMES = kernelModules.map(({ binary }) => binary);

/** The command line. */
export const cli = {
  command: "deno task wasm [NAME.wasm...]",
  summary: "Compiles the WebAssembly kernels from their AssemblyScript and writes them in lib/kernels.",
  operands: { help: `modules, in place of all: ${NAMES.join(", ")}`, min: 0, max: NAMES.length },
  examples: ["deno task wasm", `deno task wasm ${NAMES[0]}`, "deno task wasm --check"],
  options: { check: { type: "boolean", help: "writes nothing; fails where a module is not what its sources give" } },
} as const;

async function main({ operands, check }: Values<typeof cli.options>): Promise<void> {
  checkNamed("module", operands, NAMES);
  const stale: string[] = [];
  for (const module of kernelModules.filter(({ binary }) => operands.length === 0 || operands.includes(binary))) {
    const target = new URL(`../lib/kernels/${module.binary}`, import.meta.url);
    const built = await buildKernels(module);
    if (!check) {
      Deno.writeFileSync(target, built);
      console.log(`${module.binary}: ${built.length} bytes`);
      continue;
    }
    const committed = Deno.readFileSync(target);
    if (committed.length === built.length && committed.every((byte, i) => byte === built[i])) {
      console.log(`${module.binary} is what its sources give`);
    } else stale.push(module.binary);
  }
  if (stale.length > 0) stop(`${stale.join(", ")} not up to date: run \`deno task wasm\``);
}

if (import.meta.main) await runCli(cli, main);
