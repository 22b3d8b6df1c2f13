import { assert, assertEquals, assertMatch } from "@std/assert";
import { energy, quboModel, sparseCouplings } from "../../model/mod.ts";
import { simulatedAnnealing } from "../../samplers/mod.ts";
import { gatedSampler, KEY, sendJson, withEmulator } from "./_test_emulator.ts";

const sampler = simulatedAnnealing({ numSweeps: 20 });
const HEADERS = { "X-Api-Key": KEY };
const TERMS = [
  { coefficient: 2, polynomials: [0, 1] },
  { coefficient: -3, polynomials: [2, 1] },
  { coefficient: -1, polynomials: [0] },
  { coefficient: 4, polynomials: [] },
];
const MODEL = quboModel({ couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -3]]), linear: [-1, 0, 0], offset: 4 });
const BODY = { fujitsuDA3: { time_limit_sec: 1, num_run: 4 }, binary_polynomial: { terms: TERMS } };

Deno.test("emulator of fujitsu solves, keeps the result until it is deleted, and writes times as text", async () => {
  await withEmulator({ machine: "fujitsu", sampler }, async ({ url }) => {
    const base = `${url}/da/v4/async`;
    const [, { job_id: id }] = await sendJson(`${base}/qubo/solve`, HEADERS, BODY);
    const ask = () => sendJson(`${base}/jobs/result/${id}`, HEADERS, undefined, "GET");
    let [, found] = await ask();
    while (found.status !== "Done") {
      assert(["Waiting", "Running"].includes(found.status));
      [, found] = await ask();
    }
    const { solutions, timing } = found.qubo_solution;
    for (const { energy: told, configuration, penalty_energy } of solutions) {
      assertEquals(Object.keys(configuration), ["0", "1", "2"]);
      assertEquals([energy(MODEL, Object.values(configuration).map(Number)), 0], [told, penalty_energy]);
    }
    assertEquals(solutions.reduce((sum: number, { frequency }: { frequency: number }) => sum + frequency, 0), 4);
    for (const ms of Object.values(timing)) assertMatch(String(ms), /^\d+$/);
    const [, { job_status_list: list }] = await sendJson(`${base}/jobs`, HEADERS, undefined, "GET");
    assertEquals([list[0].job_id, list[0].job_status], [id, "Done"]);
    assertEquals(await sendJson(`${base}/jobs/result/${id}`, HEADERS, undefined, "DELETE"), [200, {
      status: "Deleted",
    }]);
    assertEquals((await ask())[0], 404);
  });
});

Deno.test("emulator of fujitsu holds sixteen jobs, and cancels a waiting one only", async () => {
  const { sampler, release, begun } = gatedSampler();
  await withEmulator({ machine: "fujitsu", sampler }, async (emulator) => {
    const base = `${emulator.url}/v4/async`;
    const submit = () => sendJson(`${base}/qubo/solve`, HEADERS, BODY);
    const ids: string[] = [];
    for (let k = 0; k < 16; k++) ids.push((await submit())[1].job_id);
    await begun;
    assertEquals((await submit())[0], 429);
    const cancel = (id: string) => sendJson(`${base}/jobs/cancel`, HEADERS, { job_id: id });
    const [code, { error }] = await cancel(ids[0]);
    assert(code === 400 && error.message.includes("Running"));
    assertEquals((await sendJson(`${base}/jobs/result/${ids[0]}`, HEADERS, undefined, "DELETE"))[0], 400);
    assertEquals(await cancel(ids[5]), [200, { status: "Canceled" }]);
    assertEquals((await sendJson(`${base}/jobs/result/${ids[5]}`, HEADERS, undefined, "GET"))[1].status, "Canceled");
    // a cancelled job still counts
    assertEquals((await submit())[0], 429);
    assertEquals((await sendJson(`${base}/jobs/result/${ids[5]}`, HEADERS, undefined, "DELETE"))[0], 200);
    assertEquals((await submit())[0], 200);
    const { running, waiting, cancelled, accepted, kept } = emulator.stats.jobs;
    assertEquals({ running, waiting, cancelled, accepted, kept }, {
      ...{ running: 1, waiting: 15, cancelled: 1, accepted: 17, kept: 0 },
    });
    release();
  });
});

Deno.test("emulator of fujitsu calls an empty account a bad request", async () => {
  await withEmulator({ machine: "fujitsu", sampler, quota: 1 }, async ({ url, accepted }) => {
    const submit = () => sendJson(`${url}/v3c/async/qubo/solve`, HEADERS, BODY);
    assertEquals((await submit())[0], 200);
    const [code, { error }] = await submit();
    assert(code === 400 && error.message.startsWith("Monthly usage exceeds"));
    assertEquals(accepted.length, 1);
  });
});

Deno.test("emulator of fujitsu refuses what it does not have", async () => {
  await withEmulator({ machine: "fujitsu", sampler }, async ({ url }) => {
    const submit = (body: unknown, headers: HeadersInit = HEADERS) =>
      sendJson(`${url}/v4/async/qubo/solve`, headers, body);
    assertEquals((await submit(BODY, {}))[0], 401);
    assertEquals((await submit(BODY, { "X-Access-Token": KEY }))[0], 200);
    const wrong: [string, Record<string, unknown>][] = [
      ["inequalities", { inequalities: [] }],
      ["terms is missing", { binary_polynomial: {} }],
      ["coefficient must be a number", { binary_polynomial: { terms: [{ coefficient: "1", polynomials: [0] }] } }],
      ["degree 3", { binary_polynomial: { terms: [{ coefficient: 1, polynomials: [0, 1, 2] }] } }],
      ["there are 100000", { binary_polynomial: { terms: [{ coefficient: 1, polynomials: [100_000] }] } }],
      ["time_limit_sec", { fujitsuDA3: { time_limit_sec: 0 } }],
    ];
    for (const [words, change] of wrong) {
      const [code, { error }] = await submit({ ...BODY, ...change });
      assert(code === 400 && error.message.includes(words), `${code} ${error.message}`);
    }
    assertEquals((await sendJson(`${url}/v4/async/jobs/result/0123`, HEADERS, undefined, "GET"))[0], 404);
    assertEquals(await sendJson(`${url}/v1/healthcheck`, HEADERS, undefined, "GET"), [200, { status: "ok" }]);
  });
});
