import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isingModel, quboModel, sparseCouplings } from "../../model/mod.ts";
import { MachineError } from "../errors.ts";
import type { JobState, Json, MachineProtocol } from "../types.ts";
import { patient } from "./_check_options.ts";
import { float64ToBase64, toBase64 } from "./_base64.ts";
import { type ScriptedReply, ScriptedWire } from "./_test_wire.ts";
import { amplifyProtocol } from "./amplify.ts";
import { dwaveProtocol } from "./dwave.ts";
import { fujitsuProtocol } from "./fujitsu.ts";
import { hitachiProtocol } from "./hitachi.ts";
import { sqbmProtocol } from "./sqbm.ts";

const REQUEST = { numReads: 3, seed: 0, tag: "t" };
const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0, 1] });
const solver = { name: "two", qubits: [3, 5], couplers: [[3, 5] as const] };
const PROTOCOLS: Readonly<Record<string, MachineProtocol>> = {
  hitachi: hitachiProtocol(),
  amplify: amplifyProtocol(),
  fujitsu: fujitsuProtocol(),
  sqbm: sqbmProtocol(),
  dwave: dwaveProtocol({ solver }),
};
const ANSWERS: Readonly<Record<string, Json>> = {
  hitachi: { spins: [[[0, 0, 1], [1, 0, -1]]], energies: [-1], execution_time: 3_000_000 },
  amplify: { spins: [[1, 0]], energies: [2], timing: { annealing_time: 3 } },
  fujitsu: {
    solutions: [{ energy: 2, frequency: 4, configuration: { 0: true, 1: false } }],
    timing: { solve_time: "3" },
  },
  sqbm: { value: 2, result: [1, 0], message: "finished", time: 0.003 },
  dwave: {
    format: "qp",
    energies: float64ToBase64([2]),
    active_variables: toBase64(new Uint8Array(Int32Array.of(3, 5).buffer)),
    solutions: toBase64(Uint8Array.of(128)),
    timing: { qpu_access_time: 3000 },
  },
};

/** The reply of a machine in which its answer stands. */
function replyOf(name: string, answer: unknown): ScriptedReply {
  switch (name) {
    case "hitachi":
      return { json: { status: 0, job_id: "j", result: answer } };
    case "fujitsu":
      return { json: { status: "Done", qubo_solution: answer } };
    case "dwave":
      return { json: [{ id: "j", status: "COMPLETED", answer }] };
    default:
      return { json: answer };
  }
}

async function answerThrough(name: string, reply: ScriptedReply): Promise<Json> {
  const protocol = PROTOCOLS[name];
  const wire = new ScriptedWire(reply);
  const done = protocol.look
    ? await protocol.look("j", wire)
    : await protocol.submit(protocol.encode(model, REQUEST), wire, "t");
  return (done as { answer: Json }).answer;
}

for (const [name, protocol] of Object.entries(PROTOCOLS)) {
  // the answers have one state
  const job = protocol.encode(model, { ...REQUEST, numReads: 1 });

  Deno.test(`${name}Protocol() reads its answer: states, energies, the machine's milliseconds`, async () => {
    const answer = await answerThrough(name, replyOf(name, ANSWERS[name]));
    assertEquals(JSON.parse(JSON.stringify(answer)), answer);
    const { states, reported, machineMs } = protocol.decode(answer, job);
    assertEquals([[...states], [...reported ?? []], machineMs], [[1, -1], name === "hitachi" ? [-1] : [2], 3]);
  });

  Deno.test(`${name}Protocol() refuses every reply that lacks a part or has a wrong one, with status, request, excerpt`, async () => {
    const texts: ScriptedReply[] = ["", "<html>busy</html>", "null", "[]", "{}", '{"status":', "3", '"done"'].map((
      text,
    ) => ({ text }));
    const answer = ANSWERS[name] as Record<string, Json>;
    const optional = ["timing", "execution_time", "time", "message", "energies", "value", "frequency"];
    const damaged: unknown[] = [];
    for (const key of Object.keys(answer)) {
      const { [key]: _, ...rest } = answer;
      if (!optional.includes(key) || (name === "dwave" && key === "energies")) damaged.push(rest);
      if (key !== "message") {
        damaged.push({ ...answer, [key]: { odd: 1 } }, { ...answer, [key]: "?" }, { ...answer, [key]: [[["x"]]] });
      }
    }
    for (const reply of [...texts, ...damaged.map((value) => replyOf(name, value))]) {
      const error = await assertRejects(
        async () => void protocol.decode(await answerThrough(name, reply), job),
        MachineError,
        undefined,
        JSON.stringify(reply),
      ).catch((failure) => {
        // an object in place of the timing is a timing without known numbers
        if (/"(timing|execution_time|time)":\{"odd"/.test(JSON.stringify(reply))) return undefined;
        // a list without the problem says that there is none
        if (name === "dwave" && reply.text === "[]") return undefined;
        throw failure;
      });
      if (error === undefined) continue;
      assertEquals(error.fault, "reply", JSON.stringify(reply));
      assert(error.excerpt !== undefined);
    }
  });

  Deno.test(`${name}Protocol() refuses states that do not fit the model, in decode too`, () => {
    const wrong: Readonly<Record<string, readonly Json[]>> = {
      hitachi: [
        { spins: [[[0, 0, 1]]], energies: [1] },
        { spins: [[[0, 0, 1], [2, 0, 1]]], energies: [1] },
        { spins: [[[0, 0, 1], [0, 1, 1]]], energies: [1] },
        { spins: [[[0, 0, 0], [1, 0, 1]]], energies: [1] },
        { spins: [[[0, 0, 1], [1, 0, 1]]], energies: [1, 2] },
        { spins: [[[0, 0, 1], [1, 0, 1], [-1, 0, 1]]], energies: [1] },
      ],
      amplify: [{ spins: [[1]] }, { spins: [[1, -1]] }, { spins: [[1, 0, 0]] }, { spins: [[1, 0]], energies: [] }],
      fujitsu: [{ solutions: [{ energy: 1, configuration: { 0: true } }] }],
      sqbm: [{ result: [1] }, { result: [1, 2] }, { result: [[1, 0], [0, -1]] }, { result: [[1, 0]], value: [1, 2] }],
      dwave: [
        { ...ANSWERS.dwave as object, solutions: "!!" },
        { ...ANSWERS.dwave as object, solutions: toBase64(Uint8Array.of(128, 0)) },
        { ...ANSWERS.dwave as object, energies: toBase64(new Uint8Array(7)) },
        { ...ANSWERS.dwave as object, active_variables: toBase64(new Uint8Array(Int32Array.of(3, 4).buffer)) },
        { ...ANSWERS.dwave as object, active_variables: toBase64(new Uint8Array(Int32Array.of(3).buffer)) },
        { ...ANSWERS.dwave as object, active_variables: toBase64(new Uint8Array(Int32Array.of(3, 3).buffer)) },
        { ...ANSWERS.dwave as object, num_occurrences: toBase64(new Uint8Array(12)) },
      ],
    };
    for (const answer of wrong[name]) {
      const error = assertThrows(() => protocol.decode(answer, job), MachineError, undefined, JSON.stringify(answer));
      assertEquals(error.fault, "reply");
    }
  });

  Deno.test(`${name}Protocol() refuses an answer without a state`, () => {
    const none: Readonly<Record<string, Json>> = {
      hitachi: { spins: [], energies: [] },
      amplify: { spins: [], energies: [] },
      fujitsu: { solutions: [] },
      sqbm: { result: [] },
      dwave: { ...ANSWERS.dwave as object, energies: "", solutions: "" },
    };
    assertEquals(assertThrows(() => protocol.decode(none[name], job), MachineError).fault, "reply");
  });

  Deno.test(`${name}Protocol() refuses a model above its number of variables, and reads above their number, naming the limit`, () => {
    const { variables, reads } = protocol.limits;
    const large = quboModel({ couplings: sparseCouplings(variables + 1, []) });
    assertThrows(() => protocol.encode(large, REQUEST), RangeError, `the limit is ${variables}`);
    assertThrows(
      () => protocol.encode(model, { ...REQUEST, numReads: reads + 1 }),
      RangeError,
      `the limit is ${reads}`,
    );
  });
}

Deno.test("hitachiProtocol() sends at once, not to be repeated unless told, and reads the number in the body", async () => {
  const job = PROTOCOLS.hitachi.encode(model, REQUEST);
  const wire = new ScriptedWire(replyOf("hitachi", ANSWERS.hitachi));
  assertEquals(await PROTOCOLS.hitachi.submit(job, wire, "t"), { id: "j", answer: ANSWERS.hitachi });
  assertEquals([wire.sent[0].path, wire.sent[0].repeatable], ["/api/v2/solve", false]);
  assertEquals(JSON.parse(wire.sent[0].body as string).num_executions, 3);
  assertEquals(PROTOCOLS.hitachi.keyHeaders("k"), { "Authorization": "Bearer k" });
  const again = new ScriptedWire(replyOf("hitachi", ANSWERS.hitachi));
  await hitachiProtocol({ resend: true }).submit(job, again, "t");
  assertEquals(again.sent[0].repeatable, true);
  const faults = {
    3: "key",
    10: "busy",
    17: "refused",
    33: "job",
    49: "refused",
    52: "refused",
    53: "refused",
    255: "job",
    99: "reply",
  };
  for (const [status, fault] of Object.entries(faults)) {
    const broken = new ScriptedWire({ json: { status: Number(status), message: "words" } });
    const error = await assertRejects(() => PROTOCOLS.hitachi.submit(job, broken, "t"), MachineError);
    assertEquals([error.fault, error.status], [fault as never, 200]);
  }
});

Deno.test("amplifyProtocol() and sqbmProtocol() send at once; only one's own machine is asked again", async () => {
  for (const [name, path, repeatable] of [["amplify", "/solve", false], ["sqbm", "/solver/qubo", true]] as const) {
    const wire = new ScriptedWire({ json: ANSWERS[name] });
    await PROTOCOLS[name].submit(PROTOCOLS[name].encode(model, REQUEST), wire, "t");
    assertEquals([wire.sent[0].path.split("?")[0], wire.sent[0].repeatable], [path, repeatable]);
  }
  const busy = new ScriptedWire({ status: 429, json: {} });
  const job = PROTOCOLS.amplify.encode(model, REQUEST);
  assertEquals((await assertRejects(() => PROTOCOLS.amplify.submit(job, busy, "t"), MachineError)).fault, "busy");
  const { timeout, outputs } = JSON.parse(JSON.stringify(job.payload));
  assertEquals([timeout, outputs.num_outputs, job.cost.seconds], [1000, 3, 1]);
});

Deno.test("fujitsuProtocol() submits, looks, cancels and deletes on the paths of its version", async () => {
  for (const version of ["v4", "v3c"] as const) {
    const protocol = fujitsuProtocol({ version, timeLimitSec: 7, numRun: 2, numGroup: 3 });
    const wire = new ScriptedWire(
      { json: { job_id: "j/1" } },
      { json: { status: "Waiting" } },
      { json: { status: "Canceled" } },
      { status: 400, json: { message: "running" } },
      { json: {} },
    );
    const job = protocol.encode(model, REQUEST);
    assertEquals(await protocol.submit(job, wire, "t"), { id: "j/1" });
    assertEquals(await protocol.look!("j/1", wire), { state: "waiting" });
    assertEquals(await protocol.cancel!("j/1", wire), true);
    assertEquals(await protocol.cancel!("j/1", wire), false);
    await protocol.release!("j/1", wire);
    assertEquals(wire.sent.map(({ method, path, repeatable }) => `${method} ${path} ${repeatable}`), [
      `POST /${version}/async/qubo/solve false`,
      `GET /${version}/async/jobs/result/j%2F1 true`,
      `POST /${version}/async/jobs/cancel true`,
      `POST /${version}/async/jobs/cancel true`,
      `DELETE /${version}/async/jobs/result/j%2F1 true`,
    ]);
    const body = JSON.parse(wire.sent[0].body as string);
    assertEquals(body.fujitsuDA3, { time_limit_sec: 7, num_run: 2, num_group: 3, num_output_solution: 3 });
    assertEquals(JSON.parse(wire.sent[2].body as string), { job_id: "j/1" });
    assertEquals([protocol.keyHeaders("k"), job.cost.seconds, protocol.limits.jobs], [{ "X-Api-Key": "k" }, 7, 16]);
  }
});

Deno.test("fujitsuProtocol() tells an empty account from a wrong request and from a full one", async () => {
  const job = PROTOCOLS.fujitsu.encode(model, REQUEST);
  const fault = async (reply: ScriptedReply) =>
    (await assertRejects(() => PROTOCOLS.fujitsu.submit(job, new ScriptedWire(reply), "t"), MachineError)).fault;
  assertEquals(await fault({ status: 400, json: { message: "Monthly usage exceeds the limit." } }), "quota");
  assertEquals(await fault({ status: 400, json: { message: "num_run is wrong" } }), "refused");
  assertEquals(await fault({ status: 429, json: {} }), "busy");
  const look = async (json: unknown, status = 200): Promise<JobState["state"]> =>
    (await PROTOCOLS.fujitsu.look!("j", new ScriptedWire({ json, status }))).state;
  assertEquals(await look({ status: "Running" }), "running");
  assertEquals(await look({ status: "Error", message: "too hot" }), "failed");
  assertEquals(await look({ status: "Canceled" }), "cancelled");
  assertEquals(await look({ status: "Deleted" }), "gone");
  assertEquals(await look({}, 404), "gone");
  await assertRejects(() => look({ status: "Thinking" }), MachineError, "Thinking");
});

Deno.test("fujitsuProtocol() takes no refused look for a job that is gone, nor a refused deletion of an empty account for done", async () => {
  const { look, release } = PROTOCOLS.fujitsu;
  const fault = async (ask: NonNullable<typeof look | typeof release>, message: string) => {
    const wire = new ScriptedWire({ status: 400, json: { message } });
    return (await assertRejects(async () => void await ask("j", wire), MachineError)).fault;
  };
  assertEquals(await fault(look!, "Monthly usage exceeds the limit."), "quota");
  assertEquals(await fault(look!, "try another time"), "refused");
  assertEquals(await fault(release!, "Monthly usage exceeds the limit."), "quota");
});

Deno.test("protocols refuse options out of range, unknown ones, and addresses that are none", () => {
  assertThrows(() => hitachiProtocol({ type: 1 as never }), RangeError, "no type 1; known are 3, 4, 5");
  assertThrows(() => hitachiProtocol({ numSteps: 101 }), RangeError, "1 to 100");
  assertThrows(() => hitachiProtocol({ stepLength: 0 }), RangeError, "1 to 1000");
  assertThrows(() => amplifyProtocol({ timeoutMs: 600_001 }), RangeError, "1 to 600000");
  assertThrows(() => fujitsuProtocol({ timeLimitSec: 0.5 }), RangeError, "1 to 3600");
  assertThrows(() => fujitsuProtocol({ version: "v9" as never }), RangeError, "v4 or v3c");
  assertThrows(() => fujitsuProtocol({ keyHeader: "Cookie" as never }), RangeError, "X-Api-Key or X-Access-Token");
  assertEquals(fujitsuProtocol({ keyHeader: "X-Access-Token" }).keyHeaders("k"), { "X-Access-Token": "k" });
  assertThrows(() => sqbmProtocol({ blocks: 41 }), RangeError, "0 to 40");
  assertThrows(() => dwaveProtocol({ solver, pollS: 31 }), RangeError, "0 to 30");
  for (const make of [hitachiProtocol, amplifyProtocol, fujitsuProtocol, sqbmProtocol]) {
    assertThrows(() => make({ key: "secret" } as never), TypeError, "there is no option key");
    assertThrows(() => make({ url: "nowhere" }), TypeError, "expected an address");
    assertEquals(make({ url: "https://h/p/" }).url, "https://h/p");
  }
});

Deno.test("a machine that works long is waited for, unless the caller has said how long", () => {
  assertEquals(patient({}, 300_000, true), { requestMs: 360_000, deadlineMs: 900_000 });
  assertEquals(patient({}, 300_000, false), { deadlineMs: 900_000 });
  assertEquals(patient({ requestMs: 5, deadlineMs: 7 }, 300_000, true), { requestMs: 5, deadlineMs: 7 });
});

Deno.test("a price makes money of jobs and seconds", () => {
  const { cost } = fujitsuProtocol({ timeLimitSec: 5, price: { perJob: 2, perSecond: 0.5 } }).encode(model, REQUEST);
  assertEquals(cost, { jobs: 1, seconds: 5, money: 4.5 });
});
