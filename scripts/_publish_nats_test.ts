import { assert, assertEquals, assertStringIncludes } from "@std/assert";
import { renderNats } from "./_publish_nats.ts";

Deno.test("renderNats() gives nothing without records, and with them counts, and a plan computed from what was measured", async () => {
  const folder = await Deno.makeTempDir();
  assertEquals(await renderNats(folder), null);
  await Deno.mkdir(`${folder}/nats`);
  const write = (part: string, report: unknown) =>
    Deno.writeTextFile(
      `${folder}/nats/${part}.json`,
      JSON.stringify({ startedAt: "", machine: { cpu: "cpu", cores: 2 }, [part]: report }),
    );
  const counts = { lost: 0, wrong: 1, dead: ["it is no JSON"], countedTwice: 2, records: 103, waiting: 0, left: 0 };
  const about = { hosts: "three", server: "v1", tasks: 100, ms: 20, submissions: 3, elapsedMs: 5000 };
  const troubles = [{ what: "server a killed", after: 10, until: 30 }];
  await write("soak", { ...about, ...counts, troubles, runs: 3, equalRuns: 3, complaints: { a: ["no space"] } });
  const alone = await renderNats(folder);
  assertStringIncludes(alone!.block, "0 lost, 2 counted twice, 1 wrong, 1 given up; 3 of 3 records");
  const page = alone!.files.get("nats/README.md")!;
  assertStringIncludes(page, "Server a wrote: no space.");
  assert(!page.includes("A thousand workers"));
  const loopback = {
    ...{ workers: 1, tasks: 10, ms: 1, elapsedMs: 40, overheadMs: 3, recordBytes: 100 },
    processorMs: { server: 0.5, worker: 0.5, submitter: 0.2 },
    traffic: { in_msgs: 5, out_msgs: 5, in_bytes: 600, out_bytes: 400 },
  };
  await write("rate", { loopback, hosts: [], gain: 1.9 });
  await write("real", {
    ...{ command: "reproduce", runs: 3, equalRuns: 3, workersKilled: 1, recordBytes: 2000, checkpointBytes: 1e6 },
  });
  const whole = (await renderNats(folder))!.files.get("nats/README.md")!;
  assertStringIncludes(whole, "4.00 ms a task, 3.00 ms above that millisecond");
  const row = (what: string) => whole.split("\n").find((line) => line.includes(what)) ?? "";
  // a thousand times half a millisecond; 6 messages in 5 s and 2 in 7.5 s; 1 MB in 10 s; 3 GB over 62.5 MB/s
  assertStringIncludes(row("shortest task that keeps them all busy"), "0.5 s");
  assertStringIncludes(row("messages a second of idle workers"), " 1467 ");
  assertStringIncludes(row("checkpoints a second, all training"), "100.0 MB/s");
  assertStringIncludes(row("one checkpoint each"), "48 s");
});
