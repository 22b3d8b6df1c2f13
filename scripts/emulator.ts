/*
 * Question   How does a program behave with a real Ising machine, when there is no account, and when things go wrong?
 * Command    deno task emulator --machine isingq --port 8765 [--bits 8] [--faults all:0.2]
 * Cost       runs until Ctrl-C; a job of 512 variables takes a fraction of a second
 */
import { type Emulator, startEmulator } from "../lib/machine/mod.ts";
import { asUsage, runCli, UsageError, type Values } from "./_cli.ts";
import { EMULATOR_KEY, emulatorCli, emulatorOptions, KEY_VARIABLES } from "./_emulator.ts";
import { interrupts } from "./_interrupts.ts";

export { emulatorCli as cli } from "./_emulator.ts";

async function main(values: Values<typeof emulatorCli.options>): Promise<void> {
  const given = Deno.env.get(EMULATOR_KEY);
  const signal = interrupts();
  const emulator = await openEmulator(values, given);
  const { url, machine, key, seed, open } = emulator;
  const variable = KEY_VARIABLES[machine];
  if (values.json) {
    const told = variable === undefined || given !== undefined ? {} : { key };
    console.log(JSON.stringify({ url, machine, seed, open, keyVariable: variable ?? null, ...told }));
  } else {
    console.log(`${machine}, emulated, at ${url} (its page: ${url}/), seed ${seed}`);
    if (variable !== undefined) {
      console.log(`  export ${variable}=${given === undefined ? key : `"$${EMULATOR_KEY}"`}`);
    }
    console.log(`  and give the client { url: "${url}" }; Ctrl-C closes`);
  }
  if (open) {
    const who = variable === undefined ? "everybody there" : "whoever has the key";
    console.error(`warning: other computers can reach ${url}; ${who} can use this one's time`);
  }
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener("abort", () => resolve());
  });
  await emulator.close();
}

async function openEmulator(values: Values<typeof emulatorCli.options>, key: string | undefined): Promise<Emulator> {
  try {
    return await asUsage(() => startEmulator(emulatorOptions(values, key)));
  } catch (error) {
    if (!(error instanceof Error) || error instanceof UsageError) throw error;
    const why = error instanceof Deno.errors.AddrInUse
      ? `the port is taken; give another --port, or 0`
      : `${error.message}; give another --hostname or --port`;
    throw new Error(`Cannot listen on ${values.hostname}:${values.port}: ${why}`, { cause: error });
  }
}

if (import.meta.main) await runCli(emulatorCli, main);
