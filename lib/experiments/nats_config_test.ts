import { assert, assertEquals, assertRejects } from "@std/assert";
import { dots } from "./_fake_trainer.ts";
import { openBus } from "./_nats_bus.ts";
import { specOf, toWire } from "./_nats_spec.ts";
import { takeTasks } from "./_nats_take.ts";
import { runTasks, type TaskEnd } from "./_nats_tasks.ts";
import { freePort, nats, startConfigured, startWorker } from "./_test_nats_server.ts";
import { cancelNatsPlan, natsExecutor, natsStatus, runPlan, serveNats, writeNatsConfig } from "./mod.ts";

const code = { version: "0.1.0", commit: "test" };
const TITLE = "a plan of a submitter";

nats("writeNatsConfig() lets each role do its part and refuses it the others', and whoever has no key", async () => {
  const folder = await Deno.makeTempDir({ prefix: "qama-nats-" });
  const port = freePort();
  const files = await writeNatsConfig(folder, { port });
  for (const name of files) assertEquals((await Deno.stat(`${folder}/${name}`)).mode! & 0o777, 0o600, name);
  assertEquals((await Deno.stat(folder)).mode! & 0o777, 0o700);
  assertEquals(/SU[A-Z2-7]{56}/.test(await Deno.readTextFile(`${folder}/server.conf`)), false, "the server has a seed");
  await assertRejects(() => writeNatsConfig(folder), Deno.errors.AlreadyExists, "has a server.conf");
  await using server = await startConfigured(folder, port);
  const servers = server.url;
  const tlsCa = `${folder}/ca.pem`;
  const as = (role: string) => ({ servers, tlsCa, creds: `${folder}/${role}.nk` });
  // the worker comes first, and is there when the submitter comes
  await using worker = startWorker(server, 1, "2000", as("worker").creds, tlsCa);
  await worker.says("waiting");
  await using submitter = await openBus(as("submitter"));
  const spec = specOf("probe", { number: 1, ms: 1 }, code);
  const never = specOf("probe", { number: -1, ms: 1 }, code);
  const ends: TaskEnd[] = [];
  const options = { title: TITLE, priority: "normal" as const, onEnd: (_key: string, end: TaskEnd) => ends.push(end) };
  await runTasks(submitter, [spec, never], options);
  await runTasks(submitter, [never], options);
  assertEquals(ends.map((end) => Object.keys(end)[0]).sort(), ["dead", "dead", "result"]);
  const out = await Deno.makeTempDir();
  const cells = [{ data: "dots", operator: "mha", seed: 1, epochs: 3 }] as const;
  const { failures, records } = await runPlan({ experiment: "e", question: "?", profile: "p", cells }, {
    ...{ out, code, source: () => ({ slowMs: 150 }) },
    load: () => Promise.resolve({ data: dots("Dots", 4, 2), full: { train: 4, test: 2 } }),
    executor: natsExecutor({ ...as("submitter"), code, title: TITLE }),
  });
  assertEquals([failures, records[0].ending], [[], "completed"]);
  const kept = await Array.fromAsync(Deno.readDir(`${out}/checkpoints`), ({ name }) => `${out}/checkpoints/${name}`);
  assertEquals(JSON.parse(await Deno.readTextFile(kept.find((name) => name.endsWith(".checkpoint"))!)).length, 3);
  const status = await natsStatus(as("viewer"));
  assertEquals(status.plans.map(({ title }) => title), [TITLE, TITLE, TITLE]);
  assertEquals(status.workers.length, 1);

  // what is not its part
  const forbidden = (work: () => Promise<unknown>, text = "Permissions Violation") => assertRejects(work, Error, text);
  await using viewer = await openBus(as("viewer"));
  await using labourer = await openBus(as("worker"));
  const wire = toWire(spec);
  await forbidden(() => cancelNatsPlan(as("viewer"), status.plans[0].plan), "use the credentials of a submitter");
  await forbidden(() => cancelNatsPlan(as("worker"), status.plans[0].plan), "use the credentials of a submitter");
  for (const bus of [viewer, labourer]) {
    await forbidden(() => bus.publisher.publish("qama.tasks.high.p.k", wire));
    await forbidden(() => runTasks(bus, [spec], options), "use the credentials of a submitter");
  }
  for (const bus of [viewer, submitter]) {
    await forbidden(() => bus.results.put(spec.key, "{}"));
    await forbidden(() => takeTasks(bus, 1, () => {}));
    await forbidden(() => bus.streams.streams.delete("QAMA_TASKS"));
    await forbidden(() => bus.workers.put("me", "{}"));
  }
  await forbidden(() => viewer.results.get(spec.key));
  await forbidden(() => viewer.checkpoints.putBlob({ name: spec.key }, new Uint8Array(1)));
  await forbidden(() => serveNats({ ...as("viewer"), code }), "use the credentials of a worker");
  await forbidden(() => serveNats({ ...as("submitter"), code }), "use the credentials of a worker");
  // what the server answers to others
  const heard = viewer.connection.subscribe("_INBOX.>");
  await viewer.connection.flush();
  assert(heard.isClosed(), "a viewer may listen to the inboxes of others");

  await forbidden(() => openBus({ servers, tlsCa }), "it refuses a client without credentials");
  await forbidden(() => openBus({ servers, creds: as("viewer").creds }), "name the file of its certificate authority");
  await writeNatsConfig(`${folder}/other`);
  await forbidden(
    () => openBus({ servers, tlsCa, creds: `${folder}/other/worker.nk` }),
    "it refuses the credentials in",
  );
  const log = await Deno.readTextFile(`${folder}/server.log`);
  for (const role of ["submitter", "worker", "viewer"]) {
    const seed = (await Deno.readTextFile(as(role).creds)).trim();
    assert(!log.includes(seed) && !worker.lines.join().includes(seed), `the seed of the ${role} is in a log`);
  }
});

Deno.test("writeNatsConfig() refuses what is no host or no port", async () => {
  const folder = await Deno.makeTempDir();
  await assertRejects(() => writeNatsConfig(folder, { hosts: ["a b"] }), RangeError, 'got "a b"');
  await assertRejects(() => writeNatsConfig(folder, { port: 0 }), RangeError, "expected a port of 1 to 65535, got 0");
  assertEquals((await Array.fromAsync(Deno.readDir(folder))).length, 0);
});
