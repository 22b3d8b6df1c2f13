import { fileURLToPath } from "node:url";

/** A NATS server of a test, on a free port of loopback, with a folder of its own. */
export interface TestServer extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port and folder. */
  readonly start: () => Promise<void>;
}

/** Why the tests of NATS are passed over, if they are: shown once. */
export const withoutNats: boolean = await (async () => {
  try {
    await new Deno.Command("nats-server", { args: ["--version"], stdout: "null", stderr: "null" }).output();
    return false;
  } catch {
    console.log(
      "note: the tests of the NATS queue are ignored: there is no nats-server; install Debian's package of that name",
    );
    return true;
  }
})();

/** A port that was free a moment ago. */
export function freePort(): number {
  using listener = Deno.listen({ port: 0, hostname: "127.0.0.1" });
  return (listener.addr as Deno.NetAddr).port;
}

/** Starts a server and waits until it takes connections; `more` is added to its configuration. */
export async function startServer(more = "", jetstream = true): Promise<TestServer> {
  const folder = await Deno.makeTempDir({ prefix: "qama-nats-" });
  const port = freePort();
  const store = jetstream ? `jetstream { store_dir: "${folder}/store" }` : "";
  await Deno.writeTextFile(`${folder}/server.conf`, `listen: "127.0.0.1:${port}"\n${store}\n${more}\n`);
  return await startConfigured(folder, port);
}

/** Starts a server with the configuration `server.conf` of a folder, which says the port. */
export async function startConfigured(folder: string, port: number): Promise<TestServer> {
  let child: Deno.ChildProcess | null = null;
  const kill = async () => {
    child?.kill("SIGKILL");
    await child?.status;
    child = null;
  };
  const start = async () => {
    const args = ["-c", `${folder}/server.conf`, "-l", `${folder}/server.log`];
    child = new Deno.Command("nats-server", { args, stdout: "null", stderr: "null" }).spawn();
    for (let tries = 0;; tries++) {
      try {
        (await Deno.connect({ hostname: "127.0.0.1", port })).close();
        return;
      } catch (error) {
        if (tries === 200) {
          await kill();
          throw error;
        }
        await new Promise((resolve) => setTimeout(resolve, 50));
      }
    }
  };
  await start();
  return {
    url: `nats://127.0.0.1:${port}`,
    folder,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      await Deno.remove(folder, { recursive: true });
    },
  };
}

/** A test that needs a nats-server. */
export function nats(name: string, fn: () => Promise<void>): void {
  Deno.test({ name, ignore: withoutNats, fn });
}

const PATIENCE_MS = 120_000;

/** A worker in a process of its own. */
export interface TestWorker extends AsyncDisposable {
  /** What it said, a line each. */
  readonly lines: readonly string[];
  /** Waits for a line that begins so, two minutes at most. */
  readonly says: (start: string) => Promise<void>;
  /** Ends it at once. */
  readonly kill: () => Promise<void>;
  /** Pauses it, what it has started goes on; or lets it go on. */
  readonly pause: (on: boolean) => void;
}

/** Starts a worker of the tests. */
export function startWorker(
  { url, folder }: Pick<TestServer, "url" | "folder">,
  slots = 1,
  ...more: readonly string[]
): TestWorker {
  const script = fileURLToPath(new URL("./_test_nats_worker.ts", import.meta.url));
  const args = ["run", "-A", "--quiet", script, url, `${folder}/worker-${crypto.randomUUID()}`, String(slots), ...more];
  const child = new Deno.Command(Deno.execPath(), { args, stdout: "piped", stderr: "inherit" }).spawn();
  const lines: string[] = [];
  const reading = (async () => {
    for await (const text of child.stdout.pipeThrough(new TextDecoderStream())) lines.push(...text.split("\n"));
  })();
  const kill = async () => {
    try {
      child.kill("SIGKILL");
    } catch {
      // it is gone
    }
    await child.status;
    await reading;
  };
  const says = async (start: string) => {
    const late = performance.now() + PATIENCE_MS;
    while (!lines.some((line) => line.startsWith(start))) {
      if (performance.now() > late) throw new Error(`the worker does not say "${start}": ${lines.join("\n")}`);
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const pause = (on: boolean) => child.kill(on ? "SIGSTOP" : "SIGCONT");
  return { lines, says, kill, pause, [Symbol.asyncDispose]: kill };
}
