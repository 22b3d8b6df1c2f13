import { assert, assertEquals } from "@std/assert";
import { energy, fromHitachi, isingModel, quboModel, sparseCouplings } from "../../model/mod.ts";
import { simulatedAnnealing } from "../../samplers/mod.ts";
import { KEY, sendJson, withEmulator } from "./_test_emulator.ts";

const sampler = simulatedAnnealing({ numSweeps: 20 });
const BEARER = { authorization: `Bearer ${KEY}` };

type Terms = [number, number, number, number, number][];

function hitachiBody(model: Terms, more: Record<string, unknown> = {}): Record<string, unknown> {
  return { type: 5, num_executions: 4, model, parameters: {}, outputs: { execution_time: true }, ...more };
}

Deno.test("emulator of hitachi answers 200 with a status inside, energies with a positive sign, nanoseconds", async () => {
  const terms: Terms = [[0, 0, 1, 1, 3], [1, 1, 1, 0, -2], [0, 0, 0, 0, 1]];
  await withEmulator({ machine: "hitachi" }, async ({ url }) => {
    const [code, body] = await sendJson(`${url}/api/v2/solve`, BEARER, hitachiBody(terms));
    assertEquals([code, body.status, typeof body.job_id], [200, 0, "string"]);
    const { spins, energies, execution_time } = body.result;
    assertEquals([spins.length, energies.length, execution_time], [4, 4, 4 * 5e6]);
    const { model, sites } = fromHitachi(terms);
    for (let k = 0; k < 4; k++) {
      assertEquals(spins[k].map(([x, y]: number[]) => [x, y]), sites);
      assertEquals(energy(model, spins[k].map(([, , s]: number[]) => s)), energies[k]);
    }
    assertEquals(energies, energies.toSorted((a: number, b: number) => a - b));
  });
});

Deno.test("emulator of hitachi computes in float32 as type 4, and tells what is asked for", async () => {
  const terms: Terms = [[0, 0, 1, 0, 0.1], [1, 0, 1, 0, 0.7]];
  await withEmulator({ machine: "hitachi", sampler }, async ({ url }) => {
    const outputs = { spins: false, averaged_energy: true, averaged_spins: true, num_outputs: 2 };
    const [, { result }] = await sendJson(`${url}/solve`, BEARER, hitachiBody(terms, { type: 4, outputs }));
    assertEquals(Object.keys(result).sort(), ["averaged_energy", "averaged_spins", "energies"]);
    const lowest = Math.fround(-(Math.fround(0.1) + Math.fround(0.7)));
    assertEquals(result.energies, [lowest, lowest]);
    assertEquals(result.averaged_spins, [[0, 0, 1], [1, 0, -1]]);
  });
});

Deno.test("emulator of hitachi has a code for everything that is wrong", async () => {
  await withEmulator({ machine: "hitachi" }, async ({ url, accepted }) => {
    const status = async (body: unknown, headers: HeadersInit = BEARER) => {
      const [code, reply] = await sendJson(`${url}/api/v2/solve`, headers, body);
      assertEquals(code, 200);
      return reply.status;
    };
    const one: Terms = [[0, 0, 1, 0, 1]];
    assertEquals(await status(hitachiBody(one), {}), 3);
    assertEquals(await status(hitachiBody(one), { authorization: KEY }), 3);
    assertEquals(await status(hitachiBody(one, { type: 1 })), 17);
    assertEquals(await status(hitachiBody([])), 49);
    assertEquals(await status(hitachiBody([[0, 0, 2, 0, 1]])), 51);
    assertEquals(await status(hitachiBody([[0, 0, 1, 0, 1], [1, 0, 0, 0, 1]])), 51);
    assertEquals(await status(hitachiBody([[0, 0, 1, 0] as unknown as Terms[0]])), 51);
    assertEquals(await status(hitachiBody([[383, 0, 384, 0, 1]])), 52);
    assertEquals(await status(hitachiBody([[383, 0, 384, 0, 1]], { type: 3 })), 0);
    assertEquals(await status(hitachiBody([[-1, 0, 0, 0, 1]])), 52);
    assertEquals(await status(hitachiBody(one, { num_executions: 11 })), 52);
    assertEquals(await status(hitachiBody([[0, 0, 1, 0, 8]])), 53);
    assertEquals(await status(hitachiBody([[0, 0, 1, 0, 0.5]])), 53);
    assertEquals(accepted.length, 1);
  });
});

Deno.test("emulator of amplify takes a polynomial or a matrix with a constant, and gives bits and ms", async () => {
  const model = quboModel({ couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -3]]), linear: [-1, 0.5, 0], offset: 4 });
  await withEmulator({ machine: "amplify", sampler }, async ({ url }) => {
    const polynomial = [[0, 1, 2], [2, 1, -3], [0, -1], [1, 0.5], [1.5]];
    const outputs = { num_outputs: 0, duplicate: true };
    const [code, body] = await sendJson(`${url}/solve`, BEARER, { polynomial, constant: 2.5, timeout: 500, outputs });
    assertEquals([code, body.energies.length, body.execution_parameters.timeout], [200, 8, 500]);
    assertEquals([body.feasibilities.every(Boolean), body.timing.time_stamps.length], [true, 8]);
    body.spins.forEach((bits: number[], k: number) => assertEquals(energy(model, bits), body.energies[k]));
    const matrix = [[-1, 2, 0], [0, 0.5, 0], [0, -3, 0]];
    const [, best] = await sendJson(`${url}/solve`, BEARER, { matrix, constant: 4, timeout: 100 });
    assertEquals([best.spins, best.energies], [[[0, 1, 1]], [1.5]]);
  });
});

Deno.test("emulator of amplify refuses no key, constraints, terms of degree 3 and times beyond its plan", async () => {
  await withEmulator({ machine: "amplify", sampler }, async ({ url, accepted }) => {
    const post = (body: unknown, headers: HeadersInit = BEARER) => sendJson(`${url}/solve`, headers, body);
    assertEquals((await post({ polynomial: [[0, 1]] }, {}))[0], 401);
    const wrong: [string, Record<string, unknown>][] = [
      ["constraints", { polynomial: [[0, 1]], constraints: [{}] }],
      ["degree 3", { polynomial: [[0, 1, 2, 5]] }],
      ["timeout must be from 0 to 600000", { polynomial: [[0, 1]], timeout: 600_001 }],
      ["either polynomial or matrix", {}],
      ["no bits", { polynomial: [] }],
      ["no integer", { polynomial: [[0.5, 1]] }],
      ["there are 262144", { polynomial: [[-1, 1]] }],
      ["no list of numbers", { polynomial: [["0", 1]] }],
    ];
    for (const [words, body] of wrong) {
      const [code, { message }] = await post(body);
      assert(code === 400 && message.includes(words), `${code} ${message}`);
    }
    assertEquals(accepted, []);
  });
});

const MARKET = "%%MatrixMarket matrix coordinate real symmetric\n% a comment\n3 3 3\n1 1 -1\n2 1 2\n3 2 -1.5\n";

Deno.test("emulator of sqbm reads a MatrixMarket file, of bits or of spins, without a key", async () => {
  const parts = { couplings: sparseCouplings(3, [[0, 1, 2], [1, 2, -1.5]]), linear: [-1, 0, 0] };
  await withEmulator({ machine: "sqbm", sampler }, async ({ url }) => {
    for (const [kind, model] of [["qubo", quboModel(parts)], ["ising", isingModel(parts)]] as const) {
      const reply = await fetch(`${url}/solver/${kind}?loops=4&timeout=1`, { method: "POST", body: MARKET });
      const { result, value, message, time } = await reply.json();
      assertEquals([reply.status, message, typeof time, value], [200, "finished", "number", energy(model, result)]);
      assertEquals(result.length, 3);
      const several = await fetch(`${url}/solver/${kind}?maxout=3&loops=5`, { method: "POST", body: MARKET });
      const all = await several.json();
      assertEquals(all.result.map((row: number[]) => energy(model, row)), all.value);
      assertEquals(all.value.length, 3);
    }
    const [[, health], [, version]] = await Promise.all(
      ["healthcheck", "version"].map((name) => sendJson(`${url}/${name}`, {}, undefined, "GET")),
    );
    assertEquals([health.message, version.version], ["ok", "2.1.0"]);
  });
});

Deno.test("emulator of sqbm refuses files that are none", async () => {
  await withEmulator({ machine: "sqbm", sampler }, async ({ url, accepted }) => {
    const wrong = [
      ...["", "%%MatrixMarket matrix array real general\n1 1\n1", MARKET.replace("3 3 3", "3 4 3")],
      ...[MARKET.replace("3 3 3", "3 3 4"), MARKET.replace("3 3 3", "-3 -3 3"), MARKET.replace("3 2 -1.5", "4 2 -1.5")],
      ...[MARKET.replace("-1.5", "x"), MARKET + "1 2 7\n", MARKET.replace("3 3 3", "999999999 999999999 3")],
    ];
    for (const body of wrong) {
      const reply = await fetch(`${url}/solver/qubo`, { method: "POST", body });
      assertEquals(reply.status, 400, body);
      await reply.body?.cancel();
    }
    for (const query of ["blocks=41", "timeout=x", "maxout=0"]) {
      const reply = await fetch(`${url}/solver/qubo?${query}`, { method: "POST", body: MARKET });
      assertEquals(reply.status, 400, query);
      await reply.body?.cancel();
    }
    assertEquals(accepted, []);
  });
});
