import type { EmulatorStats } from "../machine/mod.ts";

/** The variable in which a study keeps the key of its emulators: drawn once a process, and worth nothing outside of it. */
export const STUDY_KEY = "QAMA_STUDY_KEY";

/** What stands in for the machine. */
export interface StudyEmulatorSettings {
  /** Its time axis, see `physicalCim`. */
  readonly preset: "5ms" | "1.6ms";
  /** Bits of its couplings and fields, sign included; null: as they are sent. */
  readonly bits: number | null;
  /** Noise of its loop. */
  readonly noise: number;
  /** Seed of its answers. */
  readonly seed: number;
}

/** An emulator in a thread of its own. */
export interface StudyEmulator {
  /** Its address. */
  readonly url: string;
  /** Where it stands. */
  stats(): Promise<EmulatorStats>;
  /** Ends it. */
  close(): Promise<void>;
}

/** What the thread is asked. */
export type StudyEmulatorRequest =
  | { readonly ask: "start"; readonly key: string } & StudyEmulatorSettings
  | { readonly ask: "stats" }
  | { readonly ask: "close" };

/** What it answers. */
export type StudyEmulatorReply =
  | { readonly url: string }
  | { readonly stats: EmulatorStats }
  | { readonly closed: true }
  | { readonly failure: string };

/** Starts an emulated IsingQ in a thread: a layer behind which it is used blocks the caller's. */
export async function openStudyEmulator(settings: StudyEmulatorSettings): Promise<StudyEmulator> {
  const worker = new Worker(new URL("./_machine_study_emulator_worker.ts", import.meta.url), { type: "module" });
  const ask = (request: StudyEmulatorRequest) =>
    new Promise<StudyEmulatorReply>((resolve, reject) => {
      worker.onmessage = ({ data }: MessageEvent<StudyEmulatorReply>) =>
        "failure" in data ? reject(new Error(`The emulator failed: ${data.failure}`)) : resolve(data);
      worker.onerror = (event) => {
        event.preventDefault();
        reject(new Error(`The emulator failed: ${event.message}`));
      };
      worker.postMessage(request);
    });
  try {
    const started = await ask({ ask: "start", key: studyKey(), ...settings });
    if (!("url" in started)) throw new Error("The emulator failed: it told no address");
    return {
      url: started.url,
      async stats() {
        const reply = await ask({ ask: "stats" });
        if (!("stats" in reply)) throw new Error("The emulator failed: it told no numbers");
        return reply.stats;
      },
      async close() {
        await ask({ ask: "close" });
        worker.terminate();
      },
    };
  } catch (error) {
    worker.terminate();
    throw error;
  }
}

function studyKey(): string {
  const known = Deno.env.get(STUDY_KEY);
  if (known) return known;
  const drawn = crypto.getRandomValues(new Uint8Array(24)).toBase64({ alphabet: "base64url" });
  Deno.env.set(STUDY_KEY, drawn);
  return drawn;
}

/** Runs something while the variable of the key is not set. */
export async function withoutKey<T>(work: () => Promise<T>): Promise<T> {
  const key = studyKey();
  Deno.env.delete(STUDY_KEY);
  try {
    return await work();
  } finally {
    Deno.env.set(STUDY_KEY, key);
  }
}
