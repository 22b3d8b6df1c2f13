// The machine of the benchmark of jobs, in a process of its own: what it computes is not the client's time.
import { startEmulator } from "../lib/machine/mod.ts";
import { randomSampler } from "../lib/samplers/mod.ts";

const emulator = await startEmulator({
  ...{ machine: "isingq", key: Deno.args[0], seed: 1, sampler: randomSampler(), limits: { waiting: 10_000 } },
});
console.log(emulator.url);
