/*
 * Question   How does a program behave with a real Ising machine, when there is no account, and when things go wrong?
 * Command    deno task emulator --machine isingq --port 8765 [--bits 8] [--faults all:0.2]
 * Cost       runs until Ctrl-C; a job of 512 variables takes a fraction of a second
 */
import { startEmulator } from "../lib/machine/mod.ts";
import { parseCli, stop } from "./_cli.ts";
import { EMULATOR_KEY, emulatorCli, emulatorOptions, KEY_VARIABLES } from "./_emulator.ts";
import { interrupts } from "./_interrupts.ts";

const values = parseCli(emulatorCli, Deno.args);
const given = Deno.env.get(EMULATOR_KEY);
const signal = interrupts();
try {
  const emulator = await startEmulator(emulatorOptions(values, given));
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
  Deno.exit(0);
} catch (error) {
  if (error instanceof RangeError || error instanceof TypeError) stop(error.message, 2);
  if (error instanceof Deno.errors.AddrInUse) stop(`port ${values.port} is taken; give another --port, or 0`);
  if (error instanceof Error) stop(error.message);
  throw error;
}
