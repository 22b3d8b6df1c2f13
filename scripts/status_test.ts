import { assertEquals, assertStringIncludes } from "@std/assert";
import { nats, startServer } from "../lib/experiments/_test_nats_server.ts";
import { natsStatus, serveNats } from "../lib/experiments/mod.ts";
import { statusLines } from "./status.ts";

nats("serveNats() and status warn of a worker whose clock is wrong", async () => {
  await using server = await startServer();
  const servers = server.url;
  const stop = new AbortController();
  const lines: string[] = [];
  const told = Promise.withResolvers<void>();
  const worker = serveNats({
    ...{ servers, signal: stop.signal, now: () => Date.now() + 90_000, code: { version: "0.1.0", commit: null } },
    onLine: (line) => (lines.push(line), line.startsWith("waiting") && told.resolve()),
  });
  await told.promise;
  assertStringIncludes(lines[0], "warning: the clock of this machine is 90 s ahead of the server's");
  const shown = statusLines(await natsStatus({ servers }));
  assertStringIncludes(shown.join("\n"), "warning: its clock is 1m30s ahead of the server's");
  stop.abort();
  assertEquals(await worker, 0);
});

Deno.test("statusLines() shows plans with what is left, failures with their cause, and workers with what they are at", () => {
  const plan = {
    plan: "p1",
    title: "a plan",
    priority: "high",
    total: 4,
    ended: 2,
    left: 1,
    cancelled: false,
  } as const;
  const failures = [{ key: "k", attempts: 3, reason: "its process was killed by SIGKILL:\nlast words" }];
  const running = [{ key: "r", plan: "p1", kind: "train", label: "mnist mha 1: epoch 3/5", done: 0.5, etaMs: 90_000 }];
  const code = { version: "0.1.0", commit: null };
  const worker = { worker: "w", host: "h", slots: 2, code, at: "", done: 2, data: { mnist: {} }, clockAheadMs: 0 };
  const lines = statusLines({
    plans: [{ ...plan, failures, done: 0.75, etaMs: 60_000, submittedAt: "2026-01-01T00:00:00.000Z" }],
    workers: [{ ...worker, running, refused: "it does no rm" }],
    away: "timeout",
  });
  assertEquals(lines, [
    "the servers do not answer, this is of a while ago: timeout",
    "██████████████████░░░░░░  75 %  1m00s left  a plan (p1), 2 of 4 done, 1 left, 1 failed, high",
    "  failed 3 times: k: its process was killed by SIGKILL: last words",
    "worker w: 1 of 2 at work, 2 done, has mnist, refused: it does no rm",
    "  mnist mha 1: epoch 3/5, 1m30s left",
  ]);
  assertEquals(statusLines({ plans: [], workers: [] }), [
    "no plan was handed in",
    "no worker is there: start one with deno task worker",
  ]);
});
