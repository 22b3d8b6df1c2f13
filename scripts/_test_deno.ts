import { fileURLToPath } from "node:url";

/** What a process of Deno wrote, and its exit code. */
export interface DenoRun {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Where a process of Deno runs, and what is added to its environment. */
export type DenoPlace = Pick<Deno.CommandOptions, "cwd" | "env">;

/** Runs this Deno with these arguments to its end: no input, no colours. */
export async function runDeno(args: readonly string[], { cwd, env }: DenoPlace = {}): Promise<DenoRun> {
  const options = { args: [...args], cwd, env: { NO_COLOR: "1", ...env }, stdin: "null" as const };
  const { code, stdout, stderr } = await new Deno.Command(Deno.execPath(), options).output();
  const [out, err] = [stdout, stderr].map((bytes) => new TextDecoder().decode(bytes));
  return { code, out, err };
}

/** Runs a command of this folder, such as `solve.ts`, to its end, with every permission. */
export async function runScript(name: string, args: readonly string[], place?: DenoPlace): Promise<DenoRun> {
  return await runDeno(["run", "-A", "--quiet", fileURLToPath(new URL(name, import.meta.url)), ...args], place);
}
