import { assertEquals, assertRejects, assertThrows } from "@std/assert";
import { quboModel, sparseCouplings } from "../../model/mod.ts";
import { MachineError } from "../errors.ts";
import type { Json } from "../types.ts";
import { anyModels, checkAllStates } from "./_test_models.ts";
import { ScriptedWire } from "./_test_wire.ts";
import { isingQProtocol } from "./isingq.ts";

const REQUEST = { numReads: 12, seed: 0, tag: "tag" };
const model = quboModel({ couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -3]]), linear: [1, 0, -1], offset: 4 });
const data = {
  host: "https://store.example",
  policy: "p",
  signature: "s",
  x_oss_credential: "c",
  x_oss_date: "d",
  security_token: "t",
};

// E = -1/2 sum J s s - sum h s of x = (1 + s) / 2, as the service computes it from the file
function energyOf(csv: string, up: readonly boolean[]): number {
  const Q = csv.trim().split("\n").map((line) => line.split(",").map(Number));
  const n = Q.length;
  const s = up.map((one) => one ? 1 : -1);
  const J = (i: number, j: number) => i === j ? 0 : -(Q[i][j] + Q[j][i]) / 4;
  let energy = 0;
  for (let i = 0; i < n; i++) {
    let h = -Q[i][i] / 2;
    for (let j = 0; j < n; j++) {
      energy -= J(i, j) * s[i] * s[j] / 2;
      h += J(i, j);
    }
    energy -= h * s[i];
  }
  return energy;
}

Deno.test("isingQProtocol() sends the energies of the model, all states, and reads bits and spins", () => {
  const protocol = isingQProtocol();
  for (const example of anyModels(5)) {
    const energy = (payload: unknown, up: readonly boolean[]) => energyOf((payload as { csv: string }).csv, up);
    const job = protocol.encode(example, REQUEST);
    for (const name of ["bits", "spin_config"]) {
      // one state an answer: the service gives the best only
      const single = { ...protocol, decode: joined(protocol, name) };
      checkAllStates(single, example, energy, (states, energies) => ({ states, energies }));
    }
    assertEquals(job.numReads, 12);
  }
});

function joined(protocol: ReturnType<typeof isingQProtocol>, name: string): typeof protocol.decode {
  return (answer, job) => {
    const { states, energies } = answer as unknown as { states: boolean[][]; energies: number[] };
    const parts = states.map((up, r) => {
      const row = up.map((one) => one ? 1 : name === "bits" ? 0 : -1);
      return protocol.decode({ status: 1, result: { [name]: row, energy: energies[r] } }, job);
    });
    return {
      states: Int8Array.from(parts.flatMap((part) => [...part.states])),
      reported: Float64Array.from(parts.flatMap((part) => [...part.reported ?? []])),
    };
  };
}

Deno.test("isingQProtocol() uploads without the key, then creates the task once, in the service's own words", async () => {
  const protocol = isingQProtocol();
  const wire = new ScriptedWire({ json: { data } }, { text: "" }, { json: { code: 200, data: { taskId: 17 } } });
  assertEquals(await protocol.submit(protocol.encode(model, REQUEST), wire, "tag"), { id: "17" });
  const [sign, upload, create] = wire.sent;
  assertEquals([sign.method, sign.path, sign.repeatable, sign.keyed], [
    "GET",
    "/files/getPostSignatureForOssUpload",
    true,
    undefined,
  ]);
  assertEquals([upload.path, upload.keyed, upload.repeatable], ["https://store.example", false, true]);
  const form = upload.body as FormData;
  assertEquals([...form.keys()], [
    "success_action_status",
    "policy",
    "x-oss-signature",
    "x-oss-signature-version",
    "x-oss-credential",
    "x-oss-date",
    "key",
    "x-oss-security-token",
    "file",
  ]);
  assertEquals(await (form.get("file") as File).text(), "1,2,0\n0,0,-3\n0,0,-1\n");
  const key = form.get("key") as string;
  assertEquals(/^[0-9a-f]{8}\/tag\.csv$/.test(key), true);
  assertEquals([create.method, create.path, create.repeatable, create.accept], [
    "POST",
    "/tasks/create-general",
    false,
    // every other status leaves open whether there is a task: 408, 409, 425, 429, 5xx
    [402],
  ]);
  assertEquals(JSON.parse(create.body as string), {
    name: "tag",
    computerTypeId: 1,
    inputJFile: `https://store.example/${key}`,
    inputHFile: null,
    questionType: 1,
    caculateCount: 12,
    postProcess: 0,
    couponId: null,
    useCoupon: false,
    useCredit: false,
  });
  assertEquals(protocol.keyHeaders("raw"), { "Authorization": "raw", "channel": "sdk" });
});

Deno.test("isingQProtocol() tells an account with nothing left", async () => {
  const protocol = isingQProtocol();
  const wire = new ScriptedWire({ json: { data } }, { text: "" }, { status: 402, json: { msg: "nothing left" } });
  const error = await assertRejects(() => protocol.submit(protocol.encode(model, REQUEST), wire, "t"), MachineError);
  assertEquals([error.fault, error.status], ["quota", 402]);
});

Deno.test("isingQProtocol() takes the task's name wherever the service puts it", async () => {
  const protocol = isingQProtocol();
  const job = protocol.encode(model, REQUEST);
  for (const json of [{ id: "a" }, { taskId: "a" }, { task_id: "a" }, { data: { id: "a" } }, { data: "a" }]) {
    const wire = new ScriptedWire({ json: { data } }, { text: "" }, { json });
    assertEquals(await protocol.submit(job, wire, "t"), { id: "a" });
  }
});

Deno.test("isingQProtocol() looks: 1, 2 and 3 are final, and failed without a state", async () => {
  const protocol = isingQProtocol();
  const look = (json: unknown, status = 200) => protocol.look!("a/b", new ScriptedWire({ json, status }));
  assertEquals(await look({ data: { status: 0 } }), { state: "running" });
  assertEquals(await look({ data: { status: 4, result: null } }), { state: "running" });
  for (const status of [1, 2, 3]) {
    assertEquals((await look({ data: { status } })).state, "failed");
    const result = { bits: [0, 1, 1], energy: "-2.5" };
    assertEquals(await look({ data: { status, result } }), {
      state: "done",
      answer: { status, result: { bits: [0, 1, 1], energy: -2.5 } },
    });
  }
  assertEquals((await look({}, 404)).state, "gone");
  const wire = new ScriptedWire({ json: { data: { status: 0 } } });
  await protocol.look!("a/b", wire);
  assertEquals(wire.sent[0].path, "/tasks/a%2Fb");
});

Deno.test("isingQProtocol() takes what its service may leave out: names, energies, one of two states, the wrapping", async () => {
  const protocol = isingQProtocol();
  const job = protocol.encode(model, REQUEST);
  const { data: _, ...wrapped } = { data, id: null, taskId: 5 };
  for (const json of [wrapped, { id: null, data: { id: "", taskId: 5 } }, { data: { id: null, task_id: "5" } }]) {
    const wire = new ScriptedWire({ json: data }, { text: "" }, { json });
    assertEquals(await protocol.submit(job, wire, "t"), { id: "5" });
  }
  const nameless = new ScriptedWire({ json: { data } }, { text: "" }, { json: { id: null, data: null } });
  assertEquals((await assertRejects(() => protocol.submit(job, nameless, "t"), MachineError)).fault, "reply");
  const read = async (json: unknown) => {
    const state = await protocol.look!("a", new ScriptedWire({ json }));
    const { states, reported } = protocol.decode((state as { answer: Json }).answer, job);
    return [[...states], reported && [...reported]];
  };
  const state = [0, 1, 1];
  const results = [
    { bits: null, spin_config: [-1, 1, 1] },
    { bits: [-1, 1, 1], spin_config: null, energy: null },
    { spin_config: [0, 1, 1] },
  ];
  for (const result of results) {
    assertEquals(await read({ data: { status: 1, result } }), [state, undefined]);
    assertEquals(await read({ status: 1, result }), [state, undefined]);
  }
  assertEquals(await read({ status: "1", result: { bits: [1, 1, 1], energy: 0 } }), [[1, 1, 1], [0]]);
  assertEquals(
    (await protocol.look!("a", new ScriptedWire({ json: { status: 1, result: { bits: null } } }))).state,
    "failed",
  );
  for (const energy of ["", "low", [1]]) {
    await assertRejects(() => read({ status: 1, result: { bits: state, energy } }));
  }
});

Deno.test("isingQProtocol() refuses replies that do not fit, with status, request and excerpt", async () => {
  const protocol = isingQProtocol();
  const job = protocol.encode(model, REQUEST);
  const scripts = [
    [{ text: "<html>" }],
    [{ json: { data: { ...data, host: 3 } } }],
    [{ json: { data: { ...data, host: "nowhere" } } }],
    [{ json: { data } }, { text: "" }, { json: { code: 500 } }],
    [{ json: { data } }, { text: "" }, { text: '{"id":' }],
  ];
  for (const script of scripts) {
    const error = await assertRejects(() => protocol.submit(job, new ScriptedWire(...script), "t"), MachineError);
    assertEquals([error.fault, error.status, error.requestId], ["reply", 200, "request-7"]);
  }
  for (
    const json of [{}, { status: 1 }, { status: 1, data: null }, { data: { status: "done" } }, {
      data: { status: 1, result: { bits: "011" } },
    }]
  ) {
    await assertRejects(() => protocol.look!("a", new ScriptedWire({ json })), MachineError);
  }
  const broken: Json[] = [null, {}, { bits: [0, 1] }, { bits: [0, 1, 2] }, { spin_config: [0, 1, -1] }];
  for (const result of broken) {
    const error = assertThrows(() => protocol.decode({ status: 1, result }, job), MachineError);
    assertEquals(error.fault, "reply");
  }
});

Deno.test("isingQProtocol() refuses what does not fit before anything is sent, naming the limit", () => {
  const protocol = isingQProtocol();
  const large = quboModel({ couplings: sparseCouplings(2049, []) });
  assertThrows(() => protocol.encode(large, REQUEST), RangeError, "the limit is 2048");
  assertThrows(() => protocol.encode(model, { ...REQUEST, numReads: 10_001 }), RangeError, "the limit is 10000");
  const third = quboModel({ couplings: sparseCouplings(2, [[0, 1, 1 / 3]]), linear: [1, Math.PI] });
  assertThrows(() => isingQProtocol({ bits: 8 }).encode(third, REQUEST), RangeError, "integers from -127 to 127");
  assertThrows(() => isingQProtocol({ bits: 1 }), RangeError, "bits is 1");
  assertThrows(() => isingQProtocol({ gear: 3 } as never), TypeError, "gear");
});

Deno.test("isingQProtocol() refuses a file above its limit, and bits make it fit", () => {
  // 1500 variables, each coupled to each with 17 digits: 20 MiB and more
  const n = 1500;
  const pairs: [number, number, number][] = [];
  for (let i = 0; i < n; i++) for (let j = 0; j < i; j++) pairs.push([j, i, Math.sin(i * n + j)]);
  const full = quboModel({ couplings: sparseCouplings(n, pairs) });
  assertThrows(() => isingQProtocol().encode(full, REQUEST), RangeError, `the limit is ${20 * 2 ** 20}`);
  const { payload } = isingQProtocol({ bits: 8, quantise: "nearest" }).encode(full, REQUEST);
  assertEquals((payload as { csv: string }).csv.length < 20 * 2 ** 20, true);
});
