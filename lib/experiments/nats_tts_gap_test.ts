import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { drawInstance } from "../model/mod.ts";
import { nats, startServer, startWorker } from "./_test_nats_server.ts";
import { INSTANCES, PROFILE } from "./_test_tts_gap_worker.ts";
import { natsTtsGap, runTtsGap, type RunTtsGapOptions, TTS_SOLVERS, ttsGapDigest } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };
const solvers = TTS_SOLVERS.filter(({ name }) => ["glauber-mid", "annealing", "tabu"].includes(name));
const plan = { profile: PROFILE, instances: INSTANCES, solvers, seeds: [1, 2], code };

async function digests(options: Partial<RunTtsGapOptions> = {}): Promise<string[]> {
  const { ending, records } = await runTtsGap({ out: await Deno.makeTempDir(), ...plan, ...options });
  assertEquals(ending, "completed");
  return await Promise.all(records.map(ttsGapDigest));
}

nats("natsTtsGap() gives the counts of a run in this process, with a worker killed, and keeps them", async () => {
  await using server = await startServer();
  await using stack = new AsyncDisposableStack();
  const lost = startWorker(server, 1);
  let killed: Promise<void> | undefined;
  const out = await Deno.makeTempDir();
  const executor = natsTtsGap({ servers: server.url, code, ackWaitMs: 2000 });
  const elsewhere = await digests({
    ...{ out, executor },
    // in the middle of an instance
    onProgress: ({ work }) => {
      if (work === "annealing" || work.startsWith("tabu")) {
        killed ??= lost.kill().then(() => void stack.use(startWorker(server, 2)));
      }
    },
  });
  assert(killed !== undefined, "no worker was killed");
  assertEquals(elsewhere, await digests());
  const how: string[] = [];
  assertEquals(await digests({ out, executor, resume: true, onRecord: (_record, kept) => how.push(kept) }), elsewhere);
  assertEquals(how, ["kept", "kept", "kept", "kept"]);
});

nats("natsTtsGap() says that a worker has another instance of that name, and keeps the task", async () => {
  await using server = await startServer();
  await using _worker = startWorker(server);
  const other = { ...drawInstance("sk", { n: 4, seed: 9 }), name: INSTANCES[0].name };
  const stop = new AbortController();
  const told: string[] = [];
  const executor = natsTtsGap({
    ...{ servers: server.url, code },
    onLine: (line) => {
      told.push(line);
      stop.abort();
    },
  });
  const { ending, records } = await runTtsGap({
    ...{ out: await Deno.makeTempDir(), ...plan, executor },
    ...{ instances: [other], seeds: [1], signal: stop.signal },
  });
  assertEquals([ending, records.length], ["interrupted", 0]);
  assertStringIncludes(told[0], "the instance of that name here is another");
});
