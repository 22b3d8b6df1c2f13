/** Compiles lib/kernels/assembly/index.ts with AssemblyScript in a process of its own and returns the binary. */
export async function buildKernels(): Promise<Uint8Array> {
  const folder = await Deno.makeTempDir();
  const out = `${folder}/kernels.wasm`;
  const source = "lib/kernels/assembly/index.ts";
  const flags = ["-O3", "--enable", "simd", "--importMemory", "--runtime", "stub", "--noAssert"];
  const command = new Deno.Command(Deno.execPath(), {
    args: ["run", "-A", "npm:assemblyscript@0.28.20/asc", source, "-o", out, ...flags],
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
