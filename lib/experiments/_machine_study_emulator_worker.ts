// The emulator of a study, in a thread of its own: a layer that waits for its machine blocks the thread it is in.
import { type Emulator, startEmulator } from "../machine/mod.ts";
import { physicalCim } from "../samplers/mod.ts";
import type { StudyEmulatorReply, StudyEmulatorRequest } from "./machine_study_emulator.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<StudyEmulatorRequest>) => void) | null;
  postMessage(message: StudyEmulatorReply): void;
};
// a job is a file of 8 MB: kept for ten minutes, as by default, some sixty of them would fill the memory
const LIMITS = { jobMs: 300_000, keepMs: 30_000, memoryBytes: 2 ** 31 };
let emulator: Emulator | undefined;

scope.onmessage = async ({ data }) => {
  try {
    if (data.ask === "start") {
      const { preset, bits, noise, seed, key } = data;
      const sampler = physicalCim({ preset, measurementNoise: noise, ...(bits !== null && { bits }) });
      emulator = await startEmulator({ machine: "isingq", sampler, seed, key, limits: LIMITS });
      scope.postMessage({ url: emulator.url });
    } else if (emulator === undefined) scope.postMessage({ failure: "it was not started" });
    else if (data.ask === "stats") scope.postMessage({ stats: emulator.stats });
    else {
      await emulator.close();
      scope.postMessage({ closed: true });
    }
  } catch (error) {
    scope.postMessage({ failure: error instanceof Error ? error.message : String(error) });
  }
};
