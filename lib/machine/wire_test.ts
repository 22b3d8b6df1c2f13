import { assert, assertEquals, assertRejects } from "@std/assert";
import { z } from "zod";
import { MachineError, openWire, RateLimit, type WireOptions, type WireRequest } from "./mod.ts";

const KEY = "k3y/with+odd=characters and blanks";
const VARIABLE = "QAMA_TEST_WIRE_KEY";
const get: WireRequest = { method: "GET", path: "/x", repeatable: true };
const post: WireRequest = { method: "POST", path: "/x", body: "job", repeatable: false };

type Handler = (request: Request, count: number) => Response | Promise<Response>;

async function served(
  handler: Handler,
  test: (context: { wire: ReturnType<typeof openWire>; url: string; count: () => number }) => Promise<void>,
  options: WireOptions = {},
) {
  Deno.env.set(VARIABLE, KEY);
  let count = 0;
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, (request) => handler(request, ++count));
  const url = `http://127.0.0.1:${server.addr.port}`;
  const wire = openWire(protocolAt(url), { firstBackoffMs: 1, retries: 3, ...options });
  try {
    await test({ wire, url, count: () => count });
  } finally {
    Deno.env.delete(VARIABLE);
    await server.shutdown();
  }
}

function protocolAt(url: string) {
  const keyHeaders = (key: string) => ({ "X-Api-Key": key });
  return { name: "mine", url, keyVariable: VARIABLE, limits: { replyBytes: 1000 }, keyHeaders };
}

async function faultOf(call: () => Promise<unknown>): Promise<MachineError> {
  return await assertRejects(call, MachineError) as MachineError;
}

Deno.test("openWire() sends the key of the environment, and repeats what may be repeated until it is answered", async () => {
  const keys: (string | null)[] = [];
  await served((request, count) => {
    keys.push(request.headers.get("x-api-key"));
    return new Response("late", { status: count < 3 ? [503, 500][count - 1] : 200, headers: { "x-request-id": "r7" } });
  }, async ({ wire, count }) => {
    const { status, text, requestId } = await wire.send(get);
    assertEquals([status, text, requestId, count()], [200, "late", "r7", 3]);
    assertEquals(keys, [KEY, KEY, KEY]);
    assertEquals([wire.requests, wire.mayHaveJob], [3, false]);
  });
});

Deno.test("openWire() sends once what may not be repeated, and says which replies leave its fate open", async () => {
  const open = [408, 409, 425, 429, 500, 502, 503, 504, 301, 303, 307];
  const fates = new Map<number, string>([[401, "key"], [403, "key"], [400, "refused"], [404, "refused"], [
    422,
    "refused",
  ]]);
  for (const status of open) fates.set(status, "unknown-submission");
  for (const [status, fault] of fates) {
    const headers = { location: "http://127.0.0.1:9/" };
    await served(() => new Response("{}", { status, headers }), async ({ wire, count }) => {
      const error = await faultOf(() => wire.send(post));
      assertEquals([error.fault, error.status, count()], [fault, status, 1], `status ${status}`);
      assertEquals(wire.mayHaveJob, fault === "unknown-submission", `status ${status}`);
    });
  }
});

Deno.test("openWire() leaves a status that the protocol accepts to the protocol, and believes what it says of that reply", async () => {
  await served(() => new Response("{}", { status: 429 }), async ({ wire }) => {
    assertEquals((await wire.send({ ...post, accept: [429] })).status, 429);
    assertEquals(wire.mayHaveJob, false);
  });
  await served(() => new Response('{"status":10}'), async ({ wire }) => {
    const reply = await wire.send(post);
    assertEquals(wire.mayHaveJob, true);
    wire.fault("busy", "it says so", { ...reply });
    assertEquals(wire.mayHaveJob, true, "another reply says nothing about this one");
    wire.fault("busy", "it says so", reply);
    assertEquals(wire.mayHaveJob, false);
  });
});

Deno.test("openWire() leaves it to others to repeat what makes a job, and says whether the machine may have run it", async () => {
  const job = { ...post, repeatable: true, makesJob: true };
  for (const [status, fault, ran] of [[502, "busy", true], [429, "busy", true], [400, "refused", false]] as const) {
    await served(() => new Response("{}", { status }), async ({ wire, count }) => {
      assertEquals((await faultOf(() => wire.send(job))).fault, fault);
      assertEquals([count(), wire.mayHaveRun, wire.mayHaveJob], [1, ran, false], `status ${status}`);
    });
  }
  await served(() => new Response('{"status":10}'), async ({ wire }) => {
    const reply = await wire.send(job);
    assertEquals(wire.mayHaveRun, true);
    wire.fault("busy", "it says so", reply);
    assertEquals(wire.mayHaveRun, false);
  });
});

Deno.test("openWire() cannot tell the fate of a job whose reply was reset, cut off, too long or too late", async () => {
  const replies: [string, (connection: Deno.Conn) => Promise<void>, WireOptions][] = [
    ["reset", () => Promise.resolve(), {}],
    ["cut off", (c) => write(c, "HTTP/1.1 200 OK\r\ncontent-length: 50\r\n\r\n{"), {}],
    ["too long", (c) => write(c, `HTTP/1.1 200 OK\r\ncontent-length: 2000\r\n\r\n${"x".repeat(2000)}`), {}],
    ["too late", () => new Promise(() => {}), { requestMs: 50 }],
  ];
  for (const [what, answer, options] of replies) {
    Deno.env.set(VARIABLE, KEY);
    using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
    let jobs = 0;
    const open: Deno.Conn[] = [];
    const serving = (async () => {
      for await (const connection of listener) {
        open.push(connection);
        const bytes = new Uint8Array(4000);
        const size = await connection.read(bytes) ?? 0;
        if (new TextDecoder().decode(bytes.subarray(0, size)).startsWith("POST")) jobs++;
        void answer(connection).then(() => open.splice(open.indexOf(connection), 1)[0]?.close());
      }
    })();
    const url = `http://127.0.0.1:${listener.addr.port}`;
    const job = await faultOf(() => openWire(protocolAt(url), { firstBackoffMs: 1, ...options }).send(post));
    assertEquals([job.fault, jobs <= 1], ["unknown-submission", true], what);
    const look = await faultOf(() =>
      openWire(protocolAt(url), { firstBackoffMs: 1, retries: 2, ...options }).send(get)
    );
    assertEquals(look.fault, what === "too long" ? "reply" : "network", what);
    listener.close();
    await serving;
    for (const connection of open) connection.close();
  }
  Deno.env.delete(VARIABLE);
});

async function write(connection: Deno.Conn, text: string) {
  await connection.write(new TextEncoder().encode(text));
}

Deno.test("openWire() sends a job once over a line that was used before and is cut, as fetch itself does not", async () => {
  Deno.env.set(VARIABLE, KEY);
  using listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const seen: string[] = [];
  const serve = async (connection: Deno.Conn) => {
    const bytes = new Uint8Array(4000);
    for (;;) {
      const size = await connection.read(bytes);
      if (size === null) break;
      const [method] = new TextDecoder().decode(bytes.subarray(0, size)).split(" ");
      seen.push(method);
      if (method === "POST") break;
      await write(connection, "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}");
    }
    connection.close();
  };
  const serving = (async () => {
    const connections: Promise<void>[] = [];
    for await (const connection of listener) connections.push(serve(connection));
    await Promise.all(connections);
  })();
  const url = `http://127.0.0.1:${listener.addr.port}`;
  const wire = openWire(protocolAt(url), { firstBackoffMs: 1 });
  await wire.send(get);
  assertEquals((await faultOf(() => wire.send(post))).fault, "unknown-submission");
  assertEquals(seen, ["GET", "POST"]);
  // the reason for all this: when fetch stops doing it, the client of its own can go
  const again = await fetch(`${url}/x`).then((reply) => reply.text());
  await fetch(`${url}/x`, { method: "POST", body: "job" }).catch(() => {});
  assertEquals([again, seen], ["{}", ["GET", "POST", "GET", "POST", "POST"]]);
  listener.close();
  await serving;
  Deno.env.delete(VARIABLE);
});

Deno.test("openWire() says `network` of a job to which there was no connection, for nothing was sent", async () => {
  Deno.env.set(VARIABLE, KEY);
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const url = `http://127.0.0.1:${listener.addr.port}`;
  listener.close();
  const wire = openWire(protocolAt(url), { retries: 2, firstBackoffMs: 1 });
  const error = await faultOf(() => wire.send(post));
  assertEquals([error.fault, wire.requests, wire.mayHaveJob], ["network", 3, false]);
  Deno.env.delete(VARIABLE);
});

Deno.test("openWire() follows no redirect", async () => {
  let stolen = 0;
  const thief = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, () => new Response(String(++stolen)));
  const location = `http://127.0.0.1:${thief.addr.port}/`;
  await served(() => new Response(null, { status: 302, headers: { location } }), async ({ wire }) => {
    assertEquals((await faultOf(() => wire.send(get))).fault, "refused");
  });
  assertEquals(stolen, 0);
  await thief.shutdown();
});

Deno.test("openWire() keeps the key to the machine's own origin, and from lines without https", async () => {
  await served(() => new Response(), async ({ wire, count }) => {
    const other = await faultOf(() => wire.send({ ...get, path: "http://127.0.0.1:1/x" }));
    assertEquals([other.fault, count()], ["refused", 0]);
    const far = openWire(protocolAt("http://machine.invalid"));
    assert((await faultOf(() => far.send(get))).message.includes("https"));
    assert((await faultOf(() => far.send({ ...get, keyed: false }))).message.includes("https"));
  });
});

Deno.test("openWire() names the variable of a key that is missing, and sends nothing", async () => {
  await served(() => new Response(), async ({ wire, count }) => {
    for (const value of ["", "  ", "two\nlines"]) {
      Deno.env.set(VARIABLE, value);
      const error = await faultOf(() => wire.send(get));
      assertEquals([error.fault, error.message.includes(VARIABLE), count()], ["key", true, 0]);
      assert(!error.message.includes("lines"));
    }
  });
});

Deno.test("openWire() shows no key in any error, in whatever form a machine sends it back", async () => {
  const forms = [
    KEY,
    encodeURIComponent(KEY),
    btoa(KEY),
    btoa(`user:${KEY}`),
    JSON.stringify({ was: JSON.stringify(KEY) }),
  ];
  for (const status of [200, 401, 404, 429, 500]) {
    const body = `{"echo": ${JSON.stringify(forms)}, "policy":"abc","x-oss-signature": "deadbeef"}`;
    await served(() => new Response(body, { status, headers: { "x-request-id": KEY } }), async ({ wire }) => {
      for (const request of [get, post]) {
        const call = async () => wire.read(await wire.send(request), z.object({ id: z.string() }));
        const error = await faultOf(call);
        const seen = Deno.inspect(error, { depth: 10 }) + JSON.stringify(error) + error.stack +
          Deno.inspect(error.cause);
        for (const secret of [...forms, 'abc"', "deadbeef", btoa(`user:${KEY}`).slice(8, -4)]) {
          assert(!seen.includes(secret), `status ${status}: ${secret} in ${seen}`);
        }
        assert(error.excerpt?.includes("[redacted]"));
      }
    }, { retries: 0 });
  }
});

Deno.test("openWire() waits as long as it is asked to, and not beyond its deadline", async () => {
  const busy = () => new Response("", { status: 429, headers: { "retry-after": "3600" } });
  await served(busy, async ({ wire, count }) => {
    const error = await faultOf(() => wire.send(get));
    assertEquals([error.fault, error.retryAfterMs, count()], ["busy", 3_600_000, 1]);
  }, { deadline: performance.now() + 60_000 });
});

Deno.test("openWire() sets no limit to a request that may take longer than any timer", async () => {
  for (const requestMs of [Infinity, 2 ** 31]) {
    const slowly = async () => {
      await new Promise((resolve) => setTimeout(resolve, 30));
      return new Response("{}");
    };
    await served(slowly, async ({ wire }) => {
      assertEquals((await wire.send(post)).status, 200);
    }, { requestMs });
  }
});

Deno.test("openWire() stops a look when aborted, and lets a job run to its end", async () => {
  const controller = new AbortController();
  let answered = 0;
  await served(async (request) => {
    await request.text();
    controller.abort(new Error("enough"));
    if (request.method === "POST") await new Promise((resolve) => setTimeout(resolve, 5));
    answered++;
    return new Response("{}");
  }, async ({ wire }) => {
    assertEquals((await wire.send(post)).status, 200);
    await assertRejects(() => wire.send(get), Error, "enough");
    assertEquals(answered, 1);
  }, { signal: controller.signal });
});

Deno.test("openWire() spaces its requests out", async () => {
  let time = 0;
  const clock = { now: () => time, pause: (ms: number) => Promise.resolve(void (time += ms)) };
  await served(() => new Response("{}"), async ({ wire }) => {
    for (let k = 0; k < 5; k++) await wire.send(get);
    assertEquals(time, 2000);
  }, { rateLimit: new RateLimit(2, 1, clock) });
});

Deno.test("read() names the place at which a reply does not fit", async () => {
  await served(() => new Response('{"data":{"id":5}}', { headers: { "x-request-id": "r1" } }), async ({ wire }) => {
    const schema = z.object({ data: z.object({ id: z.string() }) });
    const error = await faultOf(async () => wire.read(await wire.send(get), schema));
    assertEquals([error.fault, error.status, error.requestId], ["reply", 200, "r1"]);
    assertEquals(error.excerpt, '{"data":{"id":5}}');
    assert(error.message.includes("data.id: "), error.message);
  });
});
