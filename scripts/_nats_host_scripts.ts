import { fileURLToPath } from "node:url";
import type { Hosts } from "./_nats_hosts.ts";
import type { StreamNumbers } from "./_nats_soak_look.ts";

/** Program and arguments that run a script of this folder. */
export function scriptCommand(name: string, ...words: readonly string[]): string[] {
  const path = fileURLToPath(new URL(`./${name}.ts`, import.meta.url));
  return [Deno.execPath(), "run", "-A", "--quiet", "--no-check", path, ...words];
}

/** Ends a process at once, if it is still there. */
export async function killed(child: Deno.ChildProcess): Promise<void> {
  try {
    child.kill("SIGKILL");
  } catch {
    // it is gone
  }
  await child.status;
}

/** What the streams hold, asked from a host, for the servers are on no network of this process. */
export async function streamNumbers(
  hosts: Hosts,
  host: string,
  order: { readonly servers: string; readonly patienceMs: number },
): Promise<Record<string, StreamNumbers>> {
  const command = scriptCommand("_nats_soak_look", JSON.stringify(order));
  const { stdout } = await hosts.start(host, command, { stdout: "piped", stderr: "inherit" }).output();
  return JSON.parse(new TextDecoder().decode(stdout));
}
