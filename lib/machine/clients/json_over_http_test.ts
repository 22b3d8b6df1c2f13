import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { quboModel, sparseCouplings } from "../../model/mod.ts";
import { MachineError } from "../errors.ts";
import type { Json } from "../types.ts";
import { anyModels, checkAllStates } from "./_test_models.ts";
import { ScriptedWire } from "./_test_wire.ts";
import { type JsonMachine, valueAt } from "./json_machine.ts";
import { jsonOverHttpProtocol } from "./json_over_http.ts";

const REQUEST = { numReads: 1, seed: 8, tag: "t" };
const model = quboModel({ couplings: sparseCouplings(2, [[0, 1, 5]]), linear: [-1, 0], offset: 7 });

/** A machine that answers at once, with changes. */
function machineWith(change: Partial<JsonMachine> = {}): JsonMachine {
  return {
    name: "mine",
    url: "https://ising.example",
    limits: { variables: 64, reads: 5 },
    model: { as: "qubo", form: "triples", at: "problem.q" },
    submit: { path: "/solve" },
    answer: { rowsAt: "rows", stateAt: "x", energyAt: "e", values: "bits" },
    ...change,
  };
}

const protocolOf = (change: Partial<JsonMachine> = {}) => jsonOverHttpProtocol({ machine: machineWith(change) });

// what a machine of this declaration computes from a body, by the words of the declaration
function energyOf(given: JsonMachine["model"], body: Json, up: readonly boolean[]): number {
  const { as, form, at, linearAt, pairs = "once", firstIndex: first = 0, sign = 1, offsetAt } = given;
  const z = up.map((one) => one ? 1 : as === "ising" ? -1 : 0);
  const n = z.length;
  const times = pairs === "twice" ? 2 : 1;
  let sum = offsetAt === undefined ? 0 : valueAt(body, offsetAt) as number;
  const written = valueAt(body, at);
  if (form === "dense") {
    const rows = written as number[][];
    for (let i = 0; i < n; i++) {
      sum += rows[i][i] * z[i];
      // a machine that counts both triangles, or one that reads the upper only
      for (let j = 0; j < n; j++) if (j > i || (pairs === "twice" && j < i)) sum += rows[i][j] * z[i] * z[j];
    }
  } else {
    for (const entry of written as unknown[]) {
      const [value, ...indices] = form === "terms"
        ? [(entry as { c: number }).c, ...(entry as { v: number[] }).v]
        : [(entry as number[])[2], (entry as number[])[0], (entry as number[])[1]];
      const places = [...new Set(indices.map((i) => i - first))];
      sum += (places.length === 2 ? times : 1) * value * places.reduce((product, i) => product * z[i], 1);
    }
  }
  if (linearAt !== undefined) (valueAt(body, linearAt) as number[]).forEach((value, i) => sum += value * z[i]);
  return sign * sum;
}

Deno.test("jsonOverHttpProtocol() sends the energies of the model in every form, value, sign and count, all states", () => {
  for (const as of ["qubo", "ising"] as const) {
    for (const form of ["triples", "dense", "terms"] as const) {
      for (const pairs of ["once", "twice"] as const) {
        for (const sign of [1, -1] as const) {
          for (const firstIndex of [0, 1] as const) {
            const how: JsonMachine["model"] = {
              ...{ as, form, at: "a.b", pairs, sign, firstIndex, coefficient: "c", variables: "v" },
              ...(as === "ising" && form !== "terms" && { linearAt: "a.h" }),
              ...(firstIndex === 1 && { offsetAt: "k" }),
            };
            const protocol = protocolOf({ model: how });
            for (const example of anyModels(4).slice(0, 4)) {
              checkAllStates(protocol, example, (body, up) => energyOf(how, body, up), (rows, energies) => ({
                rows: rows.map((row, r) => ({ x: row.map(Number), e: energies[r] })),
              }));
            }
          }
        }
      }
    }
  }
});

Deno.test("jsonOverHttpProtocol() reads states as lists, truth values, text and objects, spins and bits, one and many", () => {
  const read = (answer: Json, how: JsonMachine["answer"], firstIndex: 0 | 1 = 0) => {
    const protocol = protocolOf({ model: { as: "qubo", form: "triples", at: "q", firstIndex }, answer: how });
    const { states, reported, counts, machineMs } = protocol.decode(answer, protocol.encode(model, REQUEST));
    return [[...states], reported && [...reported], counts && [...counts], machineMs];
  };
  const none = undefined;
  assertEquals(read([1, 0], { values: "bits" }), [[1, 0], none, none, none]);
  assertEquals(read([[1, 0], [0, 1]], { values: "bits" }), [[1, 0, 0, 1], none, none, none]);
  assertEquals(read([[1, -1]], { values: "spins" }), [[1, 0], none, none, none]);
  assertEquals(read([[true, false]], { values: "bits" }), [[1, 0], none, none, none]);
  assertEquals(read(["10", "01"], { values: "bits" }), [[1, 0, 0, 1], none, none, none]);
  assertEquals(read([{ x: { 1: true, 2: false } }], { values: "bits", stateAt: "x" }, 1), [[1, 0], none, none, none]);
  assertEquals(read({ x: { 0: 0, 1: 1 }, e: 3, n: 2 }, { values: "bits", stateAt: "x", energyAt: "e", countAt: "n" }), [
    [0, 1],
    [3],
    [2],
    none,
  ]);
  assertEquals(
    read({ s: [[1, 0], [0, 0]], e: [1, 2], t: "3" }, {
      ...{ values: "bits", rowsAt: "s", energiesAt: "e", timeAt: "t", timeUnitMs: 1000 },
    }),
    [[1, 0, 0, 0], [1, 2], none, 3000],
  );
});

Deno.test("jsonOverHttpProtocol() turns energies that are high where ours are low", () => {
  const protocol = protocolOf({ answer: { values: "bits", energiesAt: "e", rowsAt: "x", energySign: -1 } });
  assertEquals(protocol.encode(model, REQUEST).scale, -1);
});

const later: Partial<JsonMachine> = {
  keyVariable: "MINE_KEY",
  keyHeader: "X-Mine",
  keyPrefix: "",
  submit: {
    path: "/jobs",
    body: { solver: { name: "cim" } },
    readsAt: "solver.reads",
    seedAt: "solver.seed",
    tagAt: "label",
    seconds: 2,
  },
  idAt: "data.id",
  look: {
    path: "/jobs/{id}",
    statusAt: "data.state",
    waiting: [0],
    running: ["running"],
    done: ["done"],
    failed: ["error"],
    cancelled: ["stopped"],
    messageAt: "data.why",
  },
  cancel: { method: "DELETE", path: "/jobs/{id}" },
  release: { method: "POST", path: "/jobs/{id}/forget" },
  answer: { path: "/jobs/{id}/result", at: "data", rowsAt: "rows", values: "bits" },
};

Deno.test("jsonOverHttpProtocol() speaks as it is told: submit, look, answer, cancel, release", async () => {
  const protocol = protocolOf(later);
  const job = protocol.encode(model, { ...REQUEST, numReads: 4 });
  const wire = new ScriptedWire(
    { json: { data: { id: 17 } } },
    { json: { data: { state: 0 } } },
    { json: { data: { state: "running" } } },
    { json: { data: { state: "error", why: "hot" } } },
    { json: { data: { state: "stopped" } } },
    { status: 404, json: {} },
    { json: { data: { state: "done" } } },
    { json: { data: { rows: [[1, 0]] } } },
    { json: {} },
    { status: 409, json: {} },
    { json: {} },
  );
  assertEquals(await protocol.submit(job, wire, "tag"), { id: "17" });
  const look = () => protocol.look!("a/b", wire);
  assertEquals((await look()).state, "waiting");
  assertEquals((await look()).state, "running");
  assertEquals(await look(), { state: "failed", why: "hot" });
  assertEquals((await look()).state, "cancelled");
  assertEquals((await look()).state, "gone");
  assertEquals(await look(), { state: "done", answer: { rows: [[1, 0]] } });
  assertEquals([await protocol.cancel!("a/b", wire), await protocol.cancel!("a/b", wire)], [true, false]);
  await protocol.release!("a/b", wire);
  assertEquals(wire.sent.map(({ method, path, repeatable }) => `${method} ${path} ${repeatable}`), [
    "POST /jobs false",
    ...new Array(6).fill("GET /jobs/a%2Fb true"),
    "GET /jobs/a%2Fb/result true",
    "DELETE /jobs/a%2Fb true",
    "DELETE /jobs/a%2Fb true",
    "POST /jobs/a%2Fb/forget true",
  ]);
  assertEquals(JSON.parse(wire.sent[0].body as string), {
    solver: { name: "cim", reads: 4, seed: 8 },
    problem: { q: [[0, 0, -1], [1, 1, 0], [0, 1, 5]] },
    label: "tag",
  });
  assertEquals([protocol.keyHeaders("k"), protocol.keyVariable, job.cost.seconds], [{ "X-Mine": "k" }, "MINE_KEY", 2]);
  assertEquals("label" in (job.payload as object), false, "the same request is the same payload, whatever its tag");
});

Deno.test("jsonOverHttpProtocol() refuses replies that are not what the declaration says", async () => {
  const at = protocolOf({ answer: { at: "data", rowsAt: "rows", values: "bits", energiesAt: "e" } });
  const job = at.encode(model, REQUEST);
  for (const text of ["", "<p>", "[]", "{}", '{"data":{}}', "3"]) {
    const error = await assertRejects(() => at.submit(job, new ScriptedWire({ text }), "t"), MachineError);
    assertEquals([error.fault, error.status], ["reply", 200]);
  }
  const wrong: Json[] = [
    { rows: [[1]], e: [1] },
    { rows: [[1, 2]], e: [1] },
    { rows: [[1, -1]], e: [1] },
    { rows: [[1, 0]], e: [] },
    { rows: [[1, 0]], e: ["1"] },
    { rows: [[1, 0]] },
    { rows: [null], e: [1] },
    { rows: ["1x"], e: [1] },
    { rows: [{ 0: 1 }], e: [1] },
  ];
  for (const answer of wrong) {
    assertEquals(
      assertThrows(() => at.decode(answer, job), MachineError, undefined, JSON.stringify(answer)).fault,
      "reply",
    );
  }
  const asked = protocolOf(later);
  for (const json of [{}, { data: { id: "" } }, { data: { id: null } }, { data: { id: {} } }]) {
    await assertRejects(() => asked.submit(job, new ScriptedWire({ json }), "t"), MachineError, "no name of a job");
  }
  await assertRejects(
    () => asked.look!("j", new ScriptedWire({ json: { data: { state: 9 } } })),
    MachineError,
    "status 9",
  );
});

Deno.test("jsonOverHttpProtocol() names the first thing that is wrong with a declaration", () => {
  const refuse = (change: object, words: string) => {
    assertThrows(
      () => jsonOverHttpProtocol({ machine: { ...machineWith(), ...change } as JsonMachine }),
      TypeError,
      words,
    );
  };
  refuse({ name: "Not a name" }, "name: expected small letters");
  refuse({ limits: { variables: 0 } }, "limits.variables");
  refuse({ model: { as: "qubo", form: "triples", at: "" } }, "model.at");
  refuse({ model: { as: "qubo", form: "tensor", at: "q" } }, "model.form");
  refuse({ model: { as: "ising", form: "dense", at: "J" } }, "model.linearAt is missing");
  refuse({ submit: { path: "solve" } }, "submit.path: expected a path that starts with /");
  refuse({ answer: { values: "bits", energyAt: "a", energiesAt: "b" } }, "both answer.energyAt");
  refuse({ idAt: "id" }, "idAt and look go together");
  refuse({ cancel: { method: "POST", path: "/c" } }, "cancel and release need idAt");
  refuse({ key: "secret" }, "key");
  assertThrows(() => jsonOverHttpProtocol({ machine: undefined } as never), TypeError, "declaration");
  assertThrows(() => jsonOverHttpProtocol({ machine: machineWith(), gear: 1 } as never), TypeError, "gear");
});

Deno.test("jsonOverHttpProtocol() reads a declaration from a file", async () => {
  const path = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(path, JSON.stringify(machineWith(later)));
    const protocol = jsonOverHttpProtocol({ machine: path });
    assertEquals(protocol.encode(model, REQUEST), protocolOf(later).encode(model, REQUEST));
    await Deno.writeTextFile(path, "name: mine");
    assertThrows(() => jsonOverHttpProtocol({ machine: path }), SyntaxError, "is no JSON");
  } finally {
    await Deno.remove(path);
  }
});

Deno.test("jsonOverHttpProtocol() keeps its limits: variables, reads, bytes, numbers, a graph", () => {
  const large = quboModel({ couplings: sparseCouplings(65, []) });
  assertThrows(() => protocolOf().encode(large, REQUEST), RangeError, "the limit is 64");
  assertThrows(() => protocolOf().encode(model, { ...REQUEST, numReads: 6 }), RangeError, "the limit is 5");
  const short = protocolOf({ limits: { variables: 64, requestBytes: 20 } });
  assertThrows(() => short.encode(model, REQUEST), RangeError, "the limit is 20");
  const whole = { kind: "integer", min: -3, max: 3 } as const;
  const coarse = protocolOf({ limits: { variables: 64, precision: whole } });
  assertThrows(() => coarse.encode(model, REQUEST), RangeError, "integers from -3 to 3");
  const topology = { kind: "graph", name: "two", nodes: [4, 6], edges: [] } as const;
  const apart = protocolOf({ limits: { variables: 64, topology } });
  assertThrows(() => apart.encode(model, REQUEST), RangeError, "no neighbours on the graph of two");
});

Deno.test("a declaration cannot reach what every object has", () => {
  const polluted = protocolOf({ submit: { path: "/solve", readsAt: "__proto__.reads" } });
  polluted.encode(model, REQUEST);
  assertEquals(({} as { reads?: number }).reads, undefined);
  assertEquals(valueAt({}, "constructor.name"), undefined);
});
