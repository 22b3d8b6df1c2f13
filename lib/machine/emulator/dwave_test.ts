import { assert, assertEquals } from "@std/assert";
import { energy, isingModel, sparseCouplings } from "../../model/mod.ts";
import { simulatedAnnealing } from "../../samplers/mod.ts";
import { kingGraph } from "../embedding/mod.ts";
import type { EmulatorOptions } from "./types.ts";
import { gatedSampler, KEY, sendJson, withEmulator } from "./_test_emulator.ts";

const HEADERS = { "X-Auth-Token": KEY, accept: "application/vnd.dwave.sapi.problem+json;version=3.0.0" };
const SOLVER = "Emulated_system1.0";
// nine qubits, 20 couplers
const OPTIONS: EmulatorOptions = {
  ...{ machine: "dwave", sampler: simulatedAnnealing({ numSweeps: 20 }), graph: kingGraph(3, 3) },
};

function base64Of(numbers: readonly number[]): string {
  return new Uint8Array(Float64Array.from(numbers).buffer).toBase64();
}

// qubits 1, 4, 5 and the couplers 1-4, 1-5, 4-5
function problem(more: Record<string, unknown> = {}, params: Record<string, unknown> = {}): Record<string, unknown> {
  const lin = Array.from({ length: 9 }, (_, q) => q === 1 ? 0.5 : q === 4 || q === 5 ? 0 : NaN);
  const data = { format: "qp", lin: base64Of(lin), quad: base64Of([1, 0, -0.5]), offset: 7 };
  return { solver: SOLVER, label: "a", type: "ising", data, params: { num_reads: 10, ...params }, ...more };
}

const MODEL = isingModel({ couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, -0.5]]), linear: [0.5, 0, 0], offset: 7 });

function numbersOf(text: string, width: 4 | 8): number[] {
  const { buffer, length } = Uint8Array.fromBase64(text);
  const view = new DataView(buffer);
  return Array.from(
    { length: length / width },
    (_, k) => width === 8 ? view.getFloat64(8 * k, true) : view.getInt32(4 * k, true),
  );
}

Deno.test("emulator of dwave tells its solver's qubits and couplers", async () => {
  await withEmulator({ machine: "dwave" }, async ({ url }) => {
    const reply = await fetch(`${url}/sapi/v2/solvers/remote/`, { headers: HEADERS });
    assertEquals(
      reply.headers.get("content-type"),
      "application/vnd.dwave.sapi.solver-definition-list+json;version=3.0.0",
    );
    const [{ properties, status }] = await reply.json();
    const { qubits, couplers, topology } = properties;
    assertEquals([status, topology, qubits.length], ["ONLINE", { type: "zephyr", shape: [2, 4] }, 160 - 2]);
    assert(couplers.length > 1000 && couplers.every(([a, b]: number[]) => qubits.includes(a) && qubits.includes(b)));
    const [, one] = await sendJson(`${url}/solvers/remote/${SOLVER}/`, HEADERS, undefined, "GET");
    assertEquals(one.properties, properties);
  });
});

Deno.test("emulator of dwave answers a histogram by rising energy, or raw reads in order", async () => {
  await withEmulator(OPTIONS, async ({ url }) => {
    for (const answer_mode of ["histogram", "raw"]) {
      const [, [{ id, status }]] = await sendJson(`${url}/sapi/v2/problems/`, HEADERS, [problem({}, { answer_mode })]);
      assert(["PENDING", "IN_PROGRESS"].includes(status));
      const waiting = `${url}/sapi/v2/problems/?id=${id}&timeout=30`;
      assertEquals((await sendJson(waiting, HEADERS, undefined, "GET"))[1][0].status, "COMPLETED");
      const [, { answer, label }] = await sendJson(`${url}/sapi/v2/problems/${id}/`, HEADERS, undefined, "GET");
      const energies = numbersOf(answer.energies, 8);
      assertEquals([label, answer.format, numbersOf(answer.active_variables, 4)], ["a", "qp", [1, 4, 5]]);
      const packed = Uint8Array.fromBase64(answer.solutions);
      assertEquals(packed.length, energies.length);
      energies.forEach((told, r) => {
        const spins = [0, 1, 2].map((i) => packed[r] & (128 >> i) ? 1 : -1);
        assertEquals([energy(MODEL, spins), packed[r] & 31], [told, 0]);
      });
      if (answer_mode === "raw") assertEquals([energies.length, "num_occurrences" in answer], [10, false]);
      else {
        assertEquals(numbersOf(answer.num_occurrences, 4).reduce((a, b) => a + b), 10);
        assertEquals(energies, energies.toSorted((a, b) => a - b));
      }
      const [, alone] = await sendJson(`${url}/sapi/v2/problems/${id}/answer/`, HEADERS, undefined, "GET");
      assertEquals(alone, { answer });
    }
  });
});

Deno.test("emulator of dwave may answer a problem that comes alone at once, and takes bits", async () => {
  await withEmulator(OPTIONS, async ({ url }) => {
    const states = new Set<string>();
    for (let k = 0; k < 12; k++) {
      const solver = { name: SOLVER, version: { graph_id: "01dae5a273" } };
      const [code, { status, answer, type }] = await sendJson(
        `${url}/problems/`,
        HEADERS,
        problem({ type: "qubo", label: `${k}`, solver }),
      );
      assertEquals([code, type, status === "COMPLETED"], [200, "qubo", answer !== undefined]);
      states.add(status === "COMPLETED" ? "at once" : "later");
    }
    assertEquals(states.size, 2);
  });
});

Deno.test("emulator of dwave cancels what is not finished, one by one and in lists", async () => {
  const { sampler, begun } = gatedSampler();
  await withEmulator({ ...OPTIONS, sampler }, async ({ url }) => {
    const [, list] = await sendJson(`${url}/problems/`, HEADERS, [problem(), problem(), problem()]);
    const [first, second, third]: string[] = list.map(({ id }: { id: string }) => id);
    await begun;
    const [, replies] = await sendJson(`${url}/problems/`, HEADERS, [second, "0123"], "DELETE");
    assertEquals([replies[0].status, replies[1].error_code], ["CANCELLED", 404]);
    assertEquals((await sendJson(`${url}/problems/${first}/`, HEADERS, undefined, "DELETE"))[1].status, "CANCELLED");
    assertEquals((await sendJson(`${url}/problems/${first}/`, HEADERS, undefined, "DELETE"))[0], 409);
    assertEquals((await sendJson(`${url}/problems/${third}`, HEADERS, undefined, "DELETE"))[0], 200);
    const polled = await sendJson(`${url}/problems/?id=${first},${third},nobody&timeout=30`, HEADERS, undefined, "GET");
    assertEquals(polled[1].map(({ status, error_code }: Record<string, unknown>) => status ?? error_code), [
      ...["CANCELLED", "CANCELLED", 404],
    ]);
  });
});

Deno.test("emulator of dwave refuses problems that do not fit its graph", async () => {
  await withEmulator(OPTIONS, async ({ url, accepted }) => {
    const data = (lin: string, quad: string) => ({ data: { format: "qp", lin, quad } });
    const active = base64Of([0, 0, ...Array(7).fill(NaN)]);
    const wrong: [number, string, Record<string, unknown>][] = [
      [404, "Solver", { solver: "Advantage" }],
      [400, "type", { type: "bqm" }],
      [400, "format", { data: { format: "bq" } }],
      [400, "lin has 2", data(base64Of([0, 0]), "")],
      [400, "no base64", data("*", "")],
      [400, "no qubit", data(base64Of(Array(9).fill(NaN)), "")],
      [400, "quad has 2 entries for 1", data(active, base64Of([1, 1]))],
      [400, "not finite", data(active, base64Of([Infinity]))],
      [400, "num_reads must be from 1 to 100", { params: { num_reads: 101 } }],
      [400, "J is out of the range", { ...data(active, base64Of([1.5])), params: { auto_scale: false } }],
    ];
    for (const [code, words, change] of wrong) {
      const [status, { error_msg }] = await sendJson(`${url}/problems/`, HEADERS, problem(change));
      assert(status === code && error_msg.includes(words), `${status} ${error_msg}`);
      const [, [item]] = await sendJson(`${url}/problems/`, HEADERS, [problem(change)]);
      assertEquals([item.error_code, item.error_msg], [code, error_msg]);
    }
    assertEquals((await sendJson(`${url}/problems/`, {}, problem()))[0], 401);
    assertEquals((await sendJson(`${url}/problems/?timeout=31`, HEADERS, undefined, "GET"))[0], 400);
    assertEquals(accepted, []);
  });
});
