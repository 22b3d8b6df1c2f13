const FLAGS = ["-O3", "--enable", "simd", "--importMemory", "--runtime", "stub", "--noAssert"];

/** A compiled module of lib/kernels. */
export interface KernelModule {
  /** File in lib/kernels. */
  readonly binary: string;
  /** Its AssemblyScript entry in lib/kernels/assembly. */
  readonly source: string;
}

/** Every compiled module of lib/kernels. */
export const kernelModules: readonly KernelModule[] = [
  { binary: "kernels.wasm", source: "index.ts" },
  { binary: "annealing.wasm", source: "annealing/index.ts" },
  { binary: "oscillators.wasm", source: "oscillators/index.ts" },
  { binary: "replicas.wasm", source: "replicas/index.ts" },
  { binary: "tabu.wasm", source: "tabu/index.ts" },
  { binary: "hypercube.wasm", source: "hypercube/index.ts" },
  { binary: "amplitudes.wasm", source: "amplitudes/index.ts" },
];

/** Compiles a module with AssemblyScript in a process of its own and returns the binary. */
export async function buildKernels({ source }: KernelModule): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  const out = `${folder}/kernels.wasm`;
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "npm:assemblyscript@0.28.20/asc", `lib/kernels/assembly/${source}`, "-o", out, ...FLAGS],
    cwd: new URL("..", import.meta.url),
  });
  const { success, stderr } = await command.output();
  try {
    if (!success) throw new Error(`Cannot compile the kernels:\n${new TextDecoder().decode(stderr)}`);
    return await Deno.readFile(out);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}
