import { assert, assertEquals, assertRejects } from "@std/assert";
import { randomSampler } from "../../samplers/mod.ts";
import { startEmulator } from "../mod.ts";
import { Budget } from "./_budget.ts";
import { parseJson } from "./_json.ts";
import { readBody } from "./_read_body.ts";
import { Refusal } from "./_refusal.ts";
import { gatedSampler, isingqAnswer, KEY, sendJson, uploadCsv, withEmulator } from "./_test_emulator.ts";

const BEARER = { authorization: `Bearer ${KEY}` };
const BODY = { polynomial: [[0, -1]], timeout: 1000 };
const encoder = new TextEncoder();

/** Opens a connection and writes; resolves with all that comes back when the other side hangs up. */
async function untilHungUp(url: string, text: string): Promise<string> {
  const { hostname, port } = new URL(url);
  const conn = await Deno.connect({ hostname, port: Number(port) });
  try {
    if (text !== "") await conn.write(encoder.encode(text));
    let all = "";
    const decoder = new TextDecoder();
    const chunk = new Uint8Array(4096);
    for (let count = await conn.read(chunk); count !== null; count = await conn.read(chunk)) {
      all += decoder.decode(chunk.subarray(0, count), { stream: true });
    }
    return all;
  } catch (error) {
    if (error instanceof Deno.errors.ConnectionReset) return "";
    throw error;
  } finally {
    conn.close();
  }
}

Deno.test("emulator hangs up on who says nothing, half a head or half a body", async () => {
  const limits = { requestMs: 60, idleMs: 60 };
  await withEmulator({ machine: "amplify", sampler: randomSampler(), limits }, async ({ url }) => {
    const [nothing, head, body] = await Promise.all([
      untilHungUp(url, ""),
      untilHungUp(url, "POST /solve HTTP/1.1\r\nHost: x\r\nX-Slow: "),
      untilHungUp(
        url,
        `POST /solve HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${KEY}\r\nContent-Length: 99\r\n\r\n{`,
      ),
    ]);
    assertEquals([nothing, head], ["", ""]);
    // a busy computer may not have seen the end of the head in time either
    assert(body === "" || body.startsWith("HTTP/1.1 408"), body);
    assertEquals((await sendJson(`${url}/solve`, BEARER, BODY))[0], 200);
  });
});

Deno.test("readBody() tells a body that stalls from one that breaks off, and asks for memory before it keeps a byte", async () => {
  const request = (body: ReadableStream<Uint8Array>) => new Request("http://x/", { method: "POST", body });
  const refused = async (body: ReadableStream<Uint8Array>, take: (bytes: number) => boolean = () => true) => {
    const limits = { bodyBytes: 100, requestMs: 20 };
    const error = await assertRejects(() => readBody(request(body), limits, take), Refusal);
    return error.kind;
  };
  assertEquals(await refused(new ReadableStream({ start: (c) => c.enqueue(new Uint8Array(3)) })), "late");
  assertEquals(await refused(new ReadableStream({ pull: (c) => c.error(new Error("gone")) })), "input");
  assertEquals(await refused(new Blob(["x"]).stream(), () => false), "busy");
  assertEquals(await refused(new Blob(["x".repeat(101)]).stream()), "large");
});

Deno.test("emulator refuses bodies that are too long, told or not, and packed ones", async () => {
  await withEmulator(
    { machine: "amplify", sampler: randomSampler(), limits: { bodyBytes: 1000 } },
    async (emulator) => {
      const { url } = emulator;
      const status = async (init: RequestInit) => {
        const reply = await fetch(`${url}/solve`, { method: "POST", headers: BEARER, ...init });
        await reply.body?.cancel();
        return reply.status;
      };
      const stream = () => new Blob(["x".repeat(2000)]).stream();
      assertEquals(await status({ body: "x".repeat(1001) }), 413);
      assertEquals(await status({ body: stream() }), 413);
      assertEquals(
        await status({ body: JSON.stringify(BODY), headers: { ...BEARER, "content-encoding": "gzip" } }),
        400,
      );
      assertEquals(await status({ body: JSON.stringify(BODY) }), 200);
      assertEquals(emulator.stats.heldBytes < 5000, true);
    },
  );
});

Deno.test("emulator closes connections beyond its limit, and takes others when those are gone", async () => {
  await withEmulator({ machine: "amplify", sampler: randomSampler(), limits: { connections: 2 } }, async (emulator) => {
    const { hostname, port } = new URL(emulator.url);
    const conns = await Promise.all([0, 1].map(() => Deno.connect({ hostname, port: Number(port) })));
    // they are taken in order: the third finds two
    assertEquals(await untilHungUp(emulator.url, ""), "");
    assertEquals(emulator.stats.connections.refused, 1);
    for (const conn of conns) conn.close();
    while (emulator.stats.connections.open > 0) await new Promise((resolve) => setTimeout(resolve, 1));
    const reply = await fetch(`${emulator.url}/`, { headers: { connection: "close" } });
    await reply.body?.cancel();
    assertEquals(reply.status, 200);
  });
});

Deno.test("emulator lets jobs wait in a queue with places, and turns away those beyond it", async () => {
  const { sampler, release, begun } = gatedSampler();
  await withEmulator({ machine: "isingq", sampler, limits: { waiting: 2 } }, async (emulator) => {
    const { url } = await uploadCsv(emulator, "1");
    const create = () =>
      sendJson(`${emulator.url}/tasks/create-general`, { authorization: KEY, channel: "sdk" }, {
        ...{ name: "a", computerTypeId: 1, inputJFile: url, questionType: 1, caculateCount: 1, postProcess: 0 },
      });
    const first = await create();
    await begun;
    const others = [await create(), await create(), await create()];
    assertEquals([first, ...others].map(([status]) => status), [200, 200, 200, 429]);
    const place = async (id: string) =>
      (await sendJson(`${emulator.url}/tasks/${id}`, { authorization: KEY, channel: "sdk" }, undefined, "GET"))[1].data;
    const [one, two, three] = await Promise.all(emulator.accepted.map(({ id }) => place(id)));
    assertEquals([one.status, one.queuePosition, two.queuePosition, three.queuePosition], [4, undefined, 0, 1]);
    release();
  });
});

Deno.test("emulator refuses a job for which it has no memory, and gives up old answers first", async () => {
  const limits = { memoryBytes: 40_000, reads: 100 };
  await withEmulator({ machine: "amplify", sampler: randomSampler(), limits }, async (emulator) => {
    const post = (body: unknown) => sendJson(`${emulator.url}/solve`, BEARER, body);
    for (let k = 0; k < 100; k++) assertEquals((await post({ polynomial: [[k % 50, 1]], timeout: 1000 }))[0], 200);
    assert(emulator.stats.jobs.kept < 40, "old answers make room");
    assertEquals((await post({ polynomial: [[10_000, 1]], timeout: 1000 }))[0], 429);
    assert(emulator.stats.mostHeldBytes <= 40_000);
  });
});

Deno.test("emulator forgets results when there are too many, and when they are old", async () => {
  const get = (url: string, id: string) =>
    sendJson(`${url}/tasks/${id}`, { authorization: KEY, channel: "sdk" }, undefined, "GET");
  await withEmulator({ machine: "isingq", sampler: randomSampler(), limits: { results: 2 } }, async (emulator) => {
    for (let k = 0; k < 4; k++) await isingqAnswer(emulator, `${k}`);
    const codes = await Promise.all(emulator.accepted.map(async ({ id }) => (await get(emulator.url, id))[0]));
    assertEquals(codes, [404, 404, 200, 200]);
  });
  await withEmulator({ machine: "fujitsu", sampler: randomSampler(), limits: { keepMs: 30 } }, async (emulator) => {
    const [base, headers] = [`${emulator.url}/v4/async`, { "X-Api-Key": KEY }];
    const terms = [{ coefficient: 1, polynomials: [0] }];
    const [, { job_id: id }] = await sendJson(`${base}/qubo/solve`, headers, { binary_polynomial: { terms } });
    while ((await sendJson(`${base}/jobs/result/${id}`, headers, undefined, "GET"))[0] !== 404);
    assertEquals([emulator.stats.jobs.done, emulator.stats.jobs.kept], [1, 0]);
  });
});

Deno.test("emulator waits for its latency, and not any longer when it is closed", async () => {
  await withEmulator({ machine: "amplify", sampler: randomSampler(), latencyMs: 30 }, async ({ url }) => {
    const start = performance.now();
    await sendJson(`${url}/solve`, BEARER, BODY);
    assert(performance.now() - start >= 29);
  });
  const slow = await startEmulator({ machine: "amplify", key: KEY, latencyMs: 3600e3 });
  const pending = assertRejects(() => sendJson(`${slow.url}/solve`, BEARER, BODY));
  while (slow.stats.connections.open === 0) await new Promise((resolve) => setTimeout(resolve, 1));
  await slow.close();
  await pending;
});

Deno.test("emulator does not let anybody in past its front", async () => {
  // where the server behind the front listens is known to nobody else: so it is overheard
  const serve = Deno.serve;
  const ports: number[] = [];
  Deno.serve = ((...args: Parameters<typeof serve>) => {
    const server = serve(...args);
    ports.push((server.addr as Deno.NetAddr).port);
    return server;
  }) as typeof serve;
  try {
    await withEmulator({ machine: "sqbm", sampler: randomSampler() }, async ({ url }) => {
      assertEquals(ports.length, 1);
      for (const [base, status] of [[`http://127.0.0.1:${ports[0]}`, 403], [url, 200]] as const) {
        const reply = await fetch(`${base}/version`);
        await reply.body?.cancel();
        assertEquals(reply.status, status);
      }
    });
  } finally {
    Deno.serve = serve;
  }
});

Deno.test("startEmulator() refuses options out of range", async () => {
  const refused = (
    options: Record<string, unknown>,
    words: string,
    kind: typeof RangeError | typeof TypeError = RangeError,
  ) => assertRejects(() => startEmulator({ machine: "amplify", ...options }), kind, words);
  await refused({ machine: "eniac" }, "machine must be one of isingq", TypeError);
  await refused({ ports: 1 }, "there is no option ports", TypeError);
  await refused({ limits: { bytes: 1 } }, "there is no option bytes of the limits", TypeError);
  await refused({ port: 65_536 }, "port must be an integer from 0 to 65535, got 65536");
  await refused({ key: "short" }, "8 characters");
  await refused({ bits: 1 }, "bits must be an integer from 2 to 53");
  await refused({ quota: -1 }, "quota");
  await refused({ latencyMs: NaN }, "latencyMs");
  await refused({ limits: { waiting: 0 } }, "waiting must be an integer from 1");
  await refused({ sampler: randomSampler(), noise: 0.1 }, "another sampler was given", TypeError);
});

Deno.test("parseJson() reads JSON up to a depth of 32, and nothing else", () => {
  const read = (text: string) => parseJson(encoder.encode(text));
  assertEquals(read(`${"[".repeat(32)}${"]".repeat(32)}`) !== undefined, true);
  assertEquals(read('{"a":"[[[\\"{{{"}'), { a: '[[["{{{' });
  for (const text of ["[".repeat(33), "[".repeat(1e6), "", "{", "nul", "\u0000"]) {
    let failed = "";
    try {
      read(text);
    } catch (error) {
      failed = error instanceof Error ? error.name : "";
    }
    assertEquals(failed, "Refusal");
  }
});

Deno.test("Budget gives no more than it has", () => {
  const budget = new Budget(10);
  assertEquals([budget.take(7), budget.take(4), budget.take(NaN), budget.held], [true, false, false, 7]);
  budget.give(7);
  assertEquals([budget.take(10), budget.most], [true, 10]);
});
