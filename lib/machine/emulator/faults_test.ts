import { assert, assertAlmostEquals, assertEquals, assertRejects } from "@std/assert";
import { energy, quboFromUpper } from "../../model/mod.ts";
import { randomSampler, simulatedAnnealing } from "../../samplers/mod.ts";
import { KEY, sendJson, withEmulator } from "./_test_emulator.ts";
import type { EmulatedFault, Emulator, EmulatorOptions } from "./types.ts";

const sampler = simulatedAnnealing({ numSweeps: 10 });
const BEARER = { authorization: `Bearer ${KEY}` };
const BODY = { polynomial: [[0, 1, 2], [1, 2, -3], [0, -1]], constant: 4, timeout: 200 };

const post = (url: string) => fetch(`${url}/solve`, { method: "POST", headers: BEARER, body: JSON.stringify(BODY) });

/** What 40 equal requests, one after another, meet. */
async function endings({ url }: Emulator): Promise<string[]> {
  const seen: string[] = [];
  for (let k = 0; k < 40; k++) {
    const reply = await post(url).catch(() => undefined);
    if (reply === undefined) {
      seen.push("cut");
      continue;
    }
    const text = await reply.text().catch(() => "cut inside");
    let kind = "JSON";
    try {
      JSON.parse(text);
    } catch {
      kind = text === "cut inside" ? text : "text";
    }
    seen.push(`${reply.status} ${kind}`);
  }
  return seen;
}

/** Runs an emulator on which a fault always happens. */
function always(fault: EmulatedFault, use: (emulator: Emulator) => Promise<void>, more: Partial<EmulatorOptions> = {}) {
  return withEmulator({ machine: "amplify", sampler, faults: { [fault]: 1 }, ...more }, use);
}

Deno.test("emulator cuts the connection before a job is taken, or after", async () => {
  await always("reset-before", async (emulator) => {
    await assertRejects(() => post(emulator.url), TypeError);
    assertEquals(emulator.accepted, []);
  });
  await always("reset-after", async (emulator) => {
    await assertRejects(() => post(emulator.url), TypeError);
    assertEquals(emulator.accepted.length, 1);
    assertEquals([emulator.stats.jobs.done, emulator.stats.faults], [1, { "reset-after": 1 }]);
  });
});

Deno.test("emulator answers 429 and 503 with Retry-After in seconds or as a date, and takes nothing", async () => {
  for (const [fault, status] of [["429", 429], ["503", 503]] as const) {
    await always(fault, async (emulator) => {
      const forms = new Set<string>();
      for (let k = 0; k < 12; k++) {
        const reply = await post(emulator.url);
        await reply.body?.cancel();
        const after = reply.headers.get("retry-after") ?? "";
        assert(after === "3" || Date.parse(after) > Date.now() - 1000, after);
        assertEquals(reply.status, status);
        forms.add(after === "3" ? "seconds" : "date");
      }
      assertEquals([forms.size, emulator.accepted.length], [2, 0]);
    }, { retryAfterS: 3 });
  }
});

Deno.test("emulator answers 500, half of them after the job was taken", async () => {
  await always("500", async (emulator) => {
    assertEquals(new Set(await endings(emulator)), new Set(["500 text"]));
    const taken = emulator.accepted.length;
    // 40 fair coins: 20 +- 4 sqrt(10)
    assert(taken > 7 && taken < 33, `${taken}`);
  });
});

Deno.test("emulator truncates a reply, spoils it, or lets it drip", async () => {
  await always("truncated", async (emulator) => {
    assertEquals(new Set(await endings(emulator)), new Set(["200 cut inside"]));
    assertEquals(emulator.accepted.length, 40);
  });
  await always("malformed", async (emulator) => {
    assertEquals(new Set(await endings(emulator)), new Set(["200 text"]));
  });
  await always("slow", async ({ url }) => {
    const reply = await post(url);
    let pieces = 0;
    let length = 0;
    for await (const piece of reply.body ?? []) {
      pieces++;
      length += piece.length;
      assert(piece.length <= 64);
    }
    assert(pieces > 3 && length > 200, `${length} bytes in ${pieces} pieces`);
  });
});

Deno.test("emulator has its dates hours off", async () => {
  await always("clock-skew", async ({ url }) => {
    const reply = await post(url);
    await reply.body?.cancel();
    assert(Math.abs(Date.parse(reply.headers.get("date") ?? "") - Date.now()) > 5 * 3600e3);
  });
});

Deno.test("emulator loses jobs that it has taken", async () => {
  const headers = { "X-Api-Key": KEY };
  await always("lost", async (emulator) => {
    const body = { binary_polynomial: { terms: [{ coefficient: 1, polynomials: [0] }] } };
    const [code, { job_id: id }] = await sendJson(`${emulator.url}/v4/async/qubo/solve`, headers, body);
    assertEquals([code, emulator.accepted[0].id, emulator.accepted[0].fault], [200, id, "lost"]);
    assertEquals((await sendJson(`${emulator.url}/v4/async/jobs/result/${id}`, headers, undefined, "GET"))[0], 404);
    assertEquals((await sendJson(`${emulator.url}/v4/async/jobs`, headers, undefined, "GET"))[1].job_status_list, []);
  }, { machine: "fujitsu" });
});

Deno.test("emulator tells energies that are wrong in six ways, and rows twice", async () => {
  const Q = [[-1.3, 2, 0.1], [0, 0.4, -3], [0, 0, 0.6]];
  const model = quboFromUpper(Q, 4);
  const polynomial = Q.flatMap((row, i) => row.flatMap((q, j) => q === 0 ? [] : [[i, j, q]]));
  const request = { polynomial, constant: 4, timeout: 1000, outputs: { num_outputs: 0, duplicate: true } };
  const told = async (fault: EmulatedFault | "none") => {
    const pairs: { bits: number[]; energy: number }[] = [];
    const faults = fault === "none" ? {} : { [fault]: 1 };
    await withEmulator({ machine: "amplify", sampler: randomSampler(), faults }, async ({ url }) => {
      const [, { spins, energies }] = await sendJson(`${url}/solve`, BEARER, request);
      spins.forEach((bits: number[], k: number) => pairs.push({ bits, energy: energies[k] }));
    });
    return pairs;
  };
  const E = (bits: ArrayLike<number>) => energy(model, bits);
  const right = await told("none");
  assertEquals(right.length, 16);
  for (const { bits, energy } of right) assertEquals(energy, E(bits));
  for (const { bits, energy } of await told("energy-sign")) assertEquals(energy, -E(bits));
  for (const { bits, energy } of await told("energy-factor")) assertEquals(energy, 2 * E(bits));
  const gaps = (await told("energy-offset")).map(({ bits, energy }) => E(bits) - energy);
  for (const gap of gaps) assert(Math.abs(gap - gaps[0]) < 1e-12 && gap !== 0);
  for (const { bits, energy } of await told("energy-order")) assertEquals(energy, E(bits.toReversed()));
  for (const { bits, energy } of await told("energy-vartype")) {
    const s = bits.map((bit) => 2 * bit - 1);
    const sum = Q.reduce(
      (all, row, i) => all + row.reduce((own, q, j) => own + (i === j ? q * s[i] : q * s[i] * s[j]), 0),
      4,
    );
    assertAlmostEquals(energy, sum, 1e-12);
  }
  const step = 3 / 7;
  for (const { bits, energy } of await told("energy-rounding")) {
    const sum = Q.reduce(
      (all, row, i) => all + row.reduce((own, q, j) => own + Math.round(q / step) * step * bits[i] * bits[j], 0),
      4,
    );
    assertAlmostEquals(energy, sum, 1e-12);
  }
  const twice = await told("duplicate");
  assertEquals(twice.length, 32);
  for (let k = 0; k < 32; k += 2) assertEquals(twice[k], twice[k + 1]);
});

Deno.test("emulator meets the same faults under the same seed, whatever else is asked", async () => {
  const runs: string[][] = [];
  const kinds: string[][] = [];
  for (const seed of [5, 5, 6]) {
    await withEmulator({ machine: "amplify", sampler, seed, faults: "all:0.6", retryAfterS: 0 }, async (emulator) => {
      // other addresses have draws of their own
      if (runs.length === 1) await sendJson(`${emulator.url}/nowhere`, BEARER, {});
      runs.push(await endings(emulator));
      kinds.push(emulator.accepted.map(({ fault }) => fault));
    });
  }
  assertEquals(runs[1], runs[0]);
  assertEquals(kinds[1], kinds[0]);
  assert(runs[2].join() !== runs[0].join());
  // 40 requests at 0.6: 24 +- 4 sqrt(9.6); a fault of the job may not be seen, one of the way but skew and slowness is
  assert(new Set(runs[0]).size >= 4, `${[...new Set(runs[0])]}`);
});

Deno.test("emulator reads rates from text, and refuses what is none", async () => {
  const refused = (faults: EmulatorOptions["faults"], words: string) =>
    assertRejects(() => withEmulator({ machine: "amplify", faults }, () => Promise.resolve()), RangeError, words);
  await refused("lost", "lost needs a rate from 0 to 1, as in lost:0.2");
  await refused("lost:2", "lost needs a rate");
  await refused("truncate:0.1", "there is no fault truncate; did you mean truncated?");
  await refused({ lost: 0.6, duplicate: 0.6 }, "sum up to 1.2");
  await withEmulator({ machine: "amplify", sampler, faults: "all:0, 503:1" }, async ({ url }) => {
    const reply = await post(url);
    await reply.body?.cancel();
    assertEquals(reply.status, 503);
  });
});
