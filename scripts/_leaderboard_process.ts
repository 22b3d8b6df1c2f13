import { fileURLToPath } from "node:url";
import type { Answer, Contestant, Job } from "./_leaderboard_types.ts";
import { TextLineStream } from "./_line_stream.ts";
import { PEER_LIBRARIES, peersPython } from "./_peers.ts";

const STARTING_MS = 120_000;
const SLACK_FACTOR = 4;

/** Starts the contestants' programs, one process each, and hands them jobs one at a time. */
export class Processes {
  readonly #core: number | null;
  readonly #running = new Map<string, Running>();

  /** @param core the core that everything is kept on; null: nothing is */
  constructor(core: number | null) {
    this.#core = core;
  }

  /** Runs one job; a program that dies or hangs is an answer that says so, and is started again for the next job. */
  async run(program: Contestant["program"], job: Job, limitMs: number): Promise<Answer> {
    // where worker threads are compared no run is kept on one core, that of one thread neither
    const spread = job.numWorkers !== undefined;
    const key = `${program} ${spread}`;
    const running = this.#running.get(key) ?? new Running(commandOf(program, spread ? null : this.#core));
    this.#running.set(key, running);
    const answer = await running.ask(job, SLACK_FACTOR * limitMs + STARTING_MS);
    if (running.gone) this.#running.delete(key);
    return answer;
  }

  /** Ends every process. */
  async close(): Promise<void> {
    await Promise.all([...this.#running.values()].map((running) => running.close()));
    this.#running.clear();
  }
}

/** The core to keep one-core measurements on, if the system can: the last one. */
export async function coreToKeep(): Promise<number | null> {
  if (Deno.build.os !== "linux") return null;
  const core = navigator.hardwareConcurrency - 1;
  try {
    const probe = new Deno.Command("taskset", { args: ["-c", String(core), "true"], stdout: "null", stderr: "null" });
    return (await probe.output()).success ? core : null;
  } catch {
    // no taskset here: the records say that nothing was pinned
    return null;
  }
}

function commandOf(program: Contestant["program"], core: number | null): string[] {
  const pin = core === null ? [] : ["taskset", "-c", String(core)];
  const at = (path: string) => fileURLToPath(new URL(path, import.meta.url));
  const library = PEER_LIBRARIES.find(({ name }) => name === program);
  if (library === undefined) {
    const flags = core === null ? [] : ["--pinned"];
    return [...pin, Deno.execPath(), "run", "-A", "--quiet", at("./_leaderboard_worker.ts"), ...flags];
  }
  const flags = core === null ? [] : ["--core", String(core)];
  return [...pin, peersPython(), at(`./peers/${library.script}`), "--jobs", ...flags];
}

class Running {
  readonly #child: Deno.ChildProcess;
  readonly #input: WritableStreamDefaultWriter<Uint8Array>;
  readonly #answers: ReadableStreamDefaultReader<string>;
  /** The last of what it wrote to standard error. */
  #complaint = "";
  gone = false;

  constructor([program, ...args]: string[]) {
    // no byte code beside the scripts
    const env = { PYTHONDONTWRITEBYTECODE: "1" };
    this.#child = new Deno.Command(program, { args, env, stdin: "piped", stdout: "piped", stderr: "piped" }).spawn();
    this.#input = this.#child.stdin.getWriter();
    this.#answers = this.#child.stdout.pipeThrough(new TextDecoderStream()).pipeThrough(new TextLineStream())
      .getReader();
    this.#listen();
  }

  async #listen(): Promise<void> {
    for await (const text of this.#child.stderr.pipeThrough(new TextDecoderStream())) {
      this.#complaint = (this.#complaint + text).slice(-500);
    }
  }

  async ask(job: Job, limitMs: number): Promise<Answer> {
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await this.#input.write(new TextEncoder().encode(JSON.stringify(job) + "\n"));
      const late = new Promise<"late">((resolve) => timer = setTimeout(() => resolve("late"), limitMs));
      const answer = await Promise.race([this.#answers.read(), late]);
      if (answer === "late") {
        await this.close();
        return { ok: false, error: `no answer within ${Math.round(limitMs / 1000)} s` };
      }
      if (answer.value !== undefined) return JSON.parse(answer.value);
    } catch (error) {
      if (!(error instanceof Deno.errors.BrokenPipe) && !(error instanceof TypeError)) throw error;
    } finally {
      clearTimeout(timer);
    }
    await this.close();
    return { ok: false, error: `the program ended: ${this.#complaint.trim().split("\n").at(-1) ?? ""}` };
  }

  async close(): Promise<void> {
    this.gone = true;
    try {
      this.#child.kill("SIGKILL");
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
    }
    await this.#child.status;
  }
}
