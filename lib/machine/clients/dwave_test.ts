import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { isingModel, sparseCouplings } from "../../model/mod.ts";
import { MachineError } from "../errors.ts";
import { float64ToBase64, toBase64 } from "./_base64.ts";
import { ScriptedWire } from "./_test_wire.ts";
import { dwaveProtocol } from "./dwave.ts";
import { dwaveSolvers } from "./dwave_solver.ts";

const REQUEST = { numReads: 3, seed: 0, tag: "t" };
const model = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1]]), linear: [0, 1] });
const solver = { name: "two", qubits: [3, 5], couplers: [[3, 5] as const] };
const dwave = dwaveProtocol({ solver });
const answer = {
  format: "qp",
  energies: float64ToBase64([2]),
  active_variables: toBase64(new Uint8Array(Int32Array.of(3, 5).buffer)),
  solutions: toBase64(Uint8Array.of(128)),
  timing: { qpu_access_time: 3000 },
};

Deno.test("dwaveProtocol() submits with its label, polls, cancels and finds by label", async () => {
  const protocol = dwaveProtocol({ solver, annealingTimeUs: 20, pollS: 2 });
  const job = protocol.encode(model, REQUEST);
  const wire = new ScriptedWire(
    { json: { id: "j", status: "PENDING" } },
    { json: { id: "j", status: "COMPLETED", answer } },
    { json: [{ id: "i", status: "FAILED" }, { id: "j", status: "IN_PROGRESS" }] },
    { json: [{ id: "j", status: "COMPLETED" }] },
    { json: { id: "j", status: "COMPLETED", answer } },
    { json: { id: "j", status: "CANCELLED" } },
    { status: 409, json: { error_code: 409, error_msg: "finished" } },
    { json: [{ id: "i", label: "other" }, { id: "j", label: "tag" }] },
    { json: [] },
  );
  assertEquals(await protocol.submit(job, wire, "tag"), { id: "j" });
  assertEquals(await protocol.submit(job, wire, "tag"), { id: "j", answer });
  assertEquals(await protocol.look!("j", wire), { state: "running" });
  assertEquals(await protocol.look!("j", wire), { state: "done", answer });
  assertEquals([await protocol.cancel!("j", wire), await protocol.cancel!("j", wire)], [true, false]);
  assertEquals([await protocol.find!("tag", wire), await protocol.find!("tag", wire)], ["j", undefined]);
  assertEquals(wire.sent.map(({ method, path, repeatable }) => `${method} ${path} ${repeatable}`), [
    "POST /problems/ false",
    "POST /problems/ false",
    "GET /problems/?id=j&timeout=2 true",
    "GET /problems/?id=j&timeout=2 true",
    "GET /problems/j true",
    "DELETE /problems/j true",
    "DELETE /problems/j true",
    "GET /problems/?label=tag true",
    "GET /problems/?label=tag true",
  ]);
  const { label, params, data } = JSON.parse(wire.sent[0].body as string);
  assertEquals([label, params, data.offset], [
    "tag",
    { num_reads: 3, answer_mode: "raw", auto_scale: true, annealing_time: 20 },
    0,
  ]);
  assertEquals(wire.sent[0].headers?.["Accept"], "application/vnd.dwave.sapi.problem+json;version=3.0.0");
  assertEquals(protocol.keyHeaders("k"), { "X-Auth-Token": "k" });
});

Deno.test("dwaveProtocol() counts a problem as cancelled only when it is said to be", async () => {
  for (const status of ["PENDING", "IN_PROGRESS", "COMPLETED", "FAILED", undefined, "CANCELLED"]) {
    const cancelled = await dwave.cancel!("j", new ScriptedWire({ json: { id: "j", status } }));
    assertEquals(cancelled, status === "CANCELLED", status);
  }
});

Deno.test("dwaveProtocol() refuses an answer with fewer reads than were asked for", () => {
  const { encode, decode } = dwave;
  const job = encode(model, REQUEST);
  assertThrows(() => decode(answer, job), MachineError, "it has 1 reads of 3");
  const counted = (count: number) => toBase64(new Uint8Array(Int32Array.of(count).buffer));
  assertThrows(() => decode({ ...answer, num_occurrences: counted(2) }, job), MachineError, "it has 2 reads of 3");
  assertEquals([...decode({ ...answer, num_occurrences: counted(3) }, job).counts ?? []], [3]);
});

Deno.test("dwaveProtocol() cannot tell from a list that may be cut off", async () => {
  const list = Array.from({ length: 1000 }, (_, k) => ({ id: `${k}`, label: "other" }));
  await assertRejects(
    () => dwave.find!("tag", new ScriptedWire({ json: list })),
    MachineError,
    "cannot be told",
  );
});

Deno.test("dwaveProtocol() tells states, faults of a submission, and problems that are not there", async () => {
  const look = async (json: unknown, status = 200) =>
    (await dwave.look!("j", new ScriptedWire({ json, status }))).state;
  assertEquals(await look([{ id: "j", status: "PENDING" }]), "waiting");
  assertEquals(await look([{ id: "j", status: "FAILED", error_message: "hot" }]), "failed");
  assertEquals(await look([{ id: "j", status: "CANCELLED" }]), "cancelled");
  assertEquals(await look([{ error_code: 404, error_msg: "no such problem" }]), "gone");
  assertEquals(await look({}, 404), "gone");
  const job = dwave.encode(model, REQUEST);
  const fault = async (json: unknown, status = 200) =>
    (await assertRejects(() => dwave.submit(job, new ScriptedWire({ json, status }), "t"), MachineError))
      .fault;
  assertEquals(await fault({ error_code: 400, error_msg: "bad" }), "refused");
  assertEquals(await fault({}), "reply");
  assertEquals(await fault({}, 429), "busy");
  assertEquals(await fault({}, 402), "quota");
});

Deno.test("dwaveProtocol() names the pair that is not on the graph, and ranges where SAPI is not to scale", () => {
  const three = { name: "line", qubits: [3, 5, 8], couplers: [[3, 5], [5, 8]] as const };
  const ends = isingModel({ couplings: sparseCouplings(3, [[0, 2, 1]]) });
  assertThrows(
    () => dwaveProtocol({ solver: three }).encode(ends, REQUEST),
    RangeError,
    "variables 0 and 2 are coupled, but their places 3 and 8 are no neighbours on the graph of line",
  );
  assertThrows(
    () => dwaveProtocol({ solver: three, places: [3, 5] }).encode(ends, REQUEST),
    RangeError,
    "2 places for 3",
  );
  const strong = isingModel({ couplings: sparseCouplings(2, [[0, 1, 1.5]]), linear: [0, 1] });
  assertThrows(
    () => dwaveProtocol({ solver, autoScale: false }).encode(strong, REQUEST),
    RangeError,
    "expected -1 to 1",
  );
  dwaveProtocol({ solver }).encode(strong, REQUEST);
  assertThrows(() => dwaveProtocol({ solver: { name: "x" } as never }), TypeError, "dwaveSolvers()");
});

Deno.test("dwaveProtocol() reads its solver from a file", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, JSON.stringify(solver));
    assertEquals(dwaveProtocol({ solver: path }).limits, dwaveProtocol({ solver }).limits);
    await Deno.writeTextFile(path, "{");
    assertThrows(() => dwaveProtocol({ solver: path }), SyntaxError, "no JSON");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("dwaveSolvers() leaves hybrid solvers out, and refuses a processor without couplers", async () => {
  const properties = {
    qubits: [3, 5],
    couplers: [[3, 5]],
    num_reads_range: [1, 50],
    topology: { type: "zephyr", shape: [12, 4] },
  };
  const hybrid = { id: "hybrid", properties: { minimum_time_limit: [[1, 3]] } };
  const carrier = (list: unknown) => ({
    instant: true,
    keyless: true,
    carry: () => Promise.resolve({ status: 200, headers: {}, text: JSON.stringify(list) }),
  });
  const [found, ...none] = await dwaveSolvers({ carrier: carrier([hybrid, { id: "two", properties }]) });
  assertEquals([found, none], [{ ...solver, couplers: [[3, 5]], topology: "zephyr 12,4", reads: 50 }, []]);
  await assertRejects(
    () => dwaveSolvers({ carrier: carrier([{ id: "x", properties: { qubits: [1] } }]) }),
    MachineError,
    "x",
  );
});

Deno.test("dwave says in a line that no solver is named, or what of it is wrong", () => {
  const make = (options: object) => () => dwaveProtocol(options as Parameters<typeof dwaveProtocol>[0]);
  assertThrows(make({}), TypeError, "no solver is named; give solver, one of those that dwaveSolvers() gives");
  assertThrows(
    make({ solver: { name: 3 } }),
    TypeError,
    "none of those that dwaveSolvers() gives: name: Invalid input",
  );
});
