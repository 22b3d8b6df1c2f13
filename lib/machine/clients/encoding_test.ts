import { assertEquals, assertThrows } from "@std/assert";
import { isingModel, type Model, quboFromIsing, quboModel, sparseCouplings } from "../../model/mod.ts";
import { assertClose, modelEnergyTwin } from "../../testing/mod.ts";
import { reEnergise } from "../re_energise.ts";
import { float64ToBase64, toBase64 } from "./_base64.ts";
import { anyModels, checkAllStates, gridModels } from "./_test_models.ts";
import { amplifyProtocol } from "./amplify.ts";
import { dwaveProtocol } from "./dwave.ts";
import type { DWaveSolver } from "./dwave_solver.ts";
import { fujitsuProtocol } from "./fujitsu.ts";
import { hitachiProtocol } from "./hitachi.ts";
import { sqbmProtocol } from "./sqbm.ts";

type Rows = readonly (readonly boolean[])[];

const REQUEST = { numReads: 1, seed: 3, tag: "t" };
const numbers = (rows: Rows, down: number) => rows.map((row) => row.map((up) => up ? 1 : down));

Deno.test("amplifyProtocol() sends the energies of the model, all states, and reads bits", () => {
  for (const model of anyModels(5)) {
    checkAllStates(
      amplifyProtocol(),
      model,
      (payload, up) =>
        // deno-lint-ignore no-explicit-any
        (payload as any).polynomial.reduce((sum: number, term: number[]) => {
          const bits = term.slice(0, -1);
          return sum + (bits.every((i) => up[i]) ? term[term.length - 1] : 0);
        }, 0),
      (rows, energies) => ({ spins: numbers(rows, 0), energies: [...energies], timing: { annealing_time: 3.5 } }),
    );
  }
});

Deno.test("fujitsuProtocol() sends the energies of the model, all states, and reads bits that are true or false", () => {
  for (const model of anyModels(5)) {
    checkAllStates(
      fujitsuProtocol(),
      model,
      (payload, up) => {
        // deno-lint-ignore no-explicit-any
        const { terms } = (payload as any).binary_polynomial;
        return terms.reduce(
          (sum: number, { coefficient, polynomials }: { coefficient: number; polynomials: number[] }) =>
            sum + (polynomials.every((i) => up[i]) ? coefficient : 0),
          0,
        );
      },
      (rows, energies) => ({
        solutions: rows.map((row, r) => ({
          energy: energies[r],
          frequency: 1,
          configuration: Object.fromEntries(row.map((up, i) => [i, up])),
        })),
        timing: { solve_time: "12", total_elapsed_time: "15" },
      }),
    );
  }
});

Deno.test("sqbmProtocol() sends the energies of the model, all states, as spins and as bits", () => {
  for (const version of [1, 2] as const) {
    for (const model of anyModels(5)) {
      checkAllStates(
        sqbmProtocol({ version }),
        model,
        (payload, up) => {
          const { matrix, path } = payload as { matrix: string; path: string };
          assertEquals(path.startsWith(version === 1 ? "/solver/ising?" : "/solver/qubo?"), true);
          const [header, size, ...lines] = matrix.trim().split("\n");
          assertEquals(header, "%%MatrixMarket matrix coordinate real symmetric");
          assertEquals(size, `5 5 ${lines.length}`);
          const z = up.map((one) => one ? 1 : version === 1 ? -1 : 0);
          return lines.map((line) => line.split(" ").map(Number)).reduce((sum, [i, j, value]) => {
            assertEquals(i >= j, true);
            return sum + value * (i === j ? z[i - 1] : z[i - 1] * z[j - 1]);
          }, 0);
        },
        (rows, energies) => ({ value: [...energies], result: numbers(rows, version === 1 ? -1 : 0), time: 0.25 }),
      );
    }
  }
});

const HITACHI_WIDTH = 384;

// + sum p s s over the terms, a field as a term from a site to itself
function hitachiEnergy(terms: readonly number[][], spinAt: (x: number, y: number) => number): number {
  return terms.reduce((sum, [x0, y0, x1, y1, p]) => {
    const same = x0 === x1 && y0 === y1;
    return sum + p * spinAt(x0, y0) * (same ? 1 : spinAt(x1, y1));
  }, 0);
}

Deno.test("hitachiProtocol() sends + sum p s s, all states, wherever the spins sit, and reads spins by site", () => {
  const places = [5 + 384 * 7, 4 + 384 * 7, 5 + 384 * 8, 4 + 384 * 8, 6 + 384 * 8];
  // on a row of five, then on the sites above, whose neighbours these are
  const pairs: [number, number, number][] = [[0, 1, 2], [0, 2, -3], [1, 3, 1], [2, 3, -1], [2, 4, 3], [0, 4, 1]];
  const linear = [1, 0, -2, 3, 0];
  const scattered = isingModel({ couplings: sparseCouplings(5, pairs), linear, offset: -1.25 });
  const row = isingModel({ couplings: sparseCouplings(5, [[0, 1, 2], [1, 2, -3], [3, 4, 1]]), linear, offset: 2 });
  const cases: [Model, readonly number[] | undefined][] = [
    [scattered, places],
    [quboFromIsing(scattered), places],
    [row, undefined],
    [quboFromIsing(row), undefined],
    [
      isingModel({ linear: linear.map((value) => value * 0.1), couplings: sparseCouplings(5, [[0, 1, 0.3]]) }),
      undefined,
    ],
  ];
  for (const [model, at] of cases) {
    const protocol = hitachiProtocol(at ? { places: at } : {});
    const place = (i: number) => at ? at[i] : i;
    const siteOf = (i: number) => [place(i) % HITACHI_WIDTH, Math.floor(place(i) / HITACHI_WIDTH)];
    checkAllStates(
      protocol,
      model,
      (payload, up) => {
        const spins = new Map(up.map((one, i) => [siteOf(i).join(), one ? 1 : -1]));
        // deno-lint-ignore no-explicit-any
        return hitachiEnergy((payload as any).model, (x, y) => spins.get(`${x},${y}`) ?? NaN);
      },
      (rows, energies) => ({
        energies: [...energies],
        // the machine's own order
        spins: rows.map((row) => row.map((up, i) => [...siteOf(i), up ? 1 : -1]).reverse()),
        execution_time: 2_500_000,
      }),
    );
  }
});

Deno.test("hitachiProtocol() leaves sites without terms out, and reads their spins as up", () => {
  const [ising, qubo] = gridModels(3, 2, HITACHI_WIDTH);
  for (const model of [ising, qubo]) {
    const protocol = hitachiProtocol({ quantise: "nearest" });
    const job = protocol.encode(model, REQUEST);
    // deno-lint-ignore no-explicit-any
    const terms = (job.payload as any).model as number[][];
    const sites = [...new Set(terms.flatMap(([x0, y0, x1, y1]) => [`${x0},${y0}`, `${x1},${y1}`]))];
    assertEquals(sites.every((site) => ["0", "1", "2"].includes(site.split(",")[0])), true);
    const spins = sites.map((site) => [...site.split(",").map(Number), -1]);
    const energy = hitachiEnergy(terms, () => -1);
    const { states, reported } = protocol.decode({ spins: [spins], energies: [energy] } as never, job);
    const down = model.vartype === "ising" ? -1 : 0;
    assertEquals([states[0], states[3], states[HITACHI_WIDTH]], [down, 1, down]);
    const sent = () => protocol.rounded!(model, REQUEST);
    const { check } = reEnergise(model, states, reported, { ...job, sent });
    assertEquals(["exact", "rounding"].includes(check.diagnosis), true, check.message);
  }
});

const solver: DWaveSolver = {
  name: "small",
  // neither in order nor without gaps
  qubits: [9, 2, 4, 30, 11, 7],
  couplers: [[30, 2], [9, 4], [2, 4], [11, 30], [7, 9], [4, 11], [7, 2]],
};
const PLACES = [2, 4, 7, 9, 11, 30];

function dwaveEnergy(data: { lin: string; quad: string }, type: string, upOf: (qubit: number) => boolean): number {
  const doubles = (text: string) => {
    const bytes = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
    return [...new Float64Array(bytes.buffer)];
  };
  const z = (qubit: number) => upOf(qubit) ? 1 : type === "ising" ? -1 : 0;
  const lin = doubles(data.lin);
  assertEquals(lin.length, solver.qubits.length);
  const active = new Set(solver.qubits.filter((_, k) => !Number.isNaN(lin[k])));
  const couplers = solver.couplers.filter(([a, b]) => active.has(a) && active.has(b));
  const quad = doubles(data.quad);
  assertEquals(quad.length, couplers.length);
  return solver.qubits.reduce((sum, qubit, k) => active.has(qubit) ? sum + lin[k] * z(qubit) : sum, 0) +
    couplers.reduce((sum, [a, b], k) => sum + quad[k] * z(a) * z(b), 0);
}

Deno.test("dwaveProtocol() sends qp in the solver's order, all states, and reads bits from the highest of each byte", () => {
  const index = new Map(PLACES.map((qubit, i) => [qubit, i]));
  const pairs = solver.couplers.map(([a, b], k): [number, number, number] => [index.get(a)!, index.get(b)!, k - 2.5]);
  const parts = { couplings: sparseCouplings(6, pairs), linear: [1, 0, -2, 0.5, 0, 3], offset: 4.75 };
  const shuffled = { couplings: sparseCouplings(2, [[0, 1, -1.5]]), linear: [1, 0], offset: 1 };
  for (const make of [isingModel, quboModel]) {
    for (const [model, places] of [[make(parts), undefined], [make(shuffled), [30, 11]]] as const) {
      const at: readonly number[] = places ?? PLACES;
      checkAllStates(
        dwaveProtocol({ solver, ...(places && { places }) }),
        model,
        (payload, up) => {
          // deno-lint-ignore no-explicit-any
          const { data, type, solver: name } = payload as any;
          assertEquals([type, name, data.format, data.offset], [model.vartype, "small", "qp", 0]);
          return dwaveEnergy(data, type, (qubit) => up[at.indexOf(qubit)]);
        },
        (rows, energies) => {
          const active = at.toSorted((a, b) => a - b);
          const bytes = Math.ceil(active.length / 8);
          const packed = new Uint8Array(bytes * rows.length);
          rows.forEach((row, r) =>
            active.forEach((qubit, k) => {
              if (row[at.indexOf(qubit)]) packed[r * bytes + (k >> 3)] |= 128 >> (k & 7);
            })
          );
          return {
            format: "qp",
            energies: float64ToBase64(energies),
            active_variables: toBase64(new Uint8Array(Int32Array.from(active).buffer)),
            solutions: toBase64(packed),
          };
        },
      );
    }
  }
});

Deno.test("dwaveProtocol() packs more than eight qubits into whole bytes", () => {
  const n = 19;
  const chain: DWaveSolver = {
    name: "chain",
    qubits: Array.from({ length: n }, (_, i) => 2 * i),
    couplers: Array.from({ length: n - 1 }, (_, i) => [2 * i, 2 * i + 2]),
  };
  const model = isingModel({ couplings: sparseCouplings(n, []), linear: new Array(n).fill(1) });
  const protocol = dwaveProtocol({ solver: chain });
  const job = protocol.encode(model, REQUEST);
  const { states } = protocol.decode({
    format: "qp",
    energies: float64ToBase64([0, 0]),
    active_variables: toBase64(new Uint8Array(Int32Array.from(chain.qubits).buffer)),
    // 1 at 0, 8 and 18; then all but the last
    solutions: toBase64(Uint8Array.of(128, 128, 32, 255, 255, 192)),
    num_occurrences: toBase64(new Uint8Array(Int32Array.of(3, 1).buffer)),
  }, job);
  const ups = Array.from(states, (spin, k) => spin === 1 ? k : -1).filter((k) => k >= 0);
  assertEquals(ups, [0, 8, 18, ...Array.from({ length: 18 }, (_, k) => n + k)]);
});

Deno.test("every protocol keeps the energies of a model that it scales or rounds, and says which model it stands for", () => {
  const model = isingModel({
    couplings: sparseCouplings(3, [[0, 1, 0.31], [1, 2, -1]]),
    linear: [0.123, 0, 0.77],
    offset: 3,
  });
  for (const quantise of ["nearest", "stochastic"] as const) {
    const protocol = hitachiProtocol({ quantise });
    const job = protocol.encode(model, REQUEST);
    const rounded = protocol.rounded!(model, REQUEST);
    // deno-lint-ignore no-explicit-any
    const terms = (job.payload as any).model as number[][];
    assertEquals(terms.every(([, , , , p]) => Number.isInteger(p) && Math.abs(p) <= 7), true);
    for (const state of [[1, 1, 1], [-1, 1, -1], [1, -1, -1]]) {
      const reported = hitachiEnergy(terms, (x) => state[x]);
      assertClose(job.scale * reported + job.offset, modelEnergyTwin(rounded, state), { rtol: 1e-12, atol: 1e-12 });
    }
  }
  const exact = isingModel({ couplings: sparseCouplings(3, [[0, 1, 0.3], [1, 2, -0.1]]), linear: [0.2, 0, 0.7] });
  assertEquals(hitachiProtocol().rounded!(exact, REQUEST), exact, "a scale that keeps every number rounds none");
  assertThrows(() => hitachiProtocol().encode(model, REQUEST), RangeError, "integers from -7 to 7");
});

Deno.test("hitachiProtocol() refuses coefficients that would be zeros in float32", () => {
  const { encode } = hitachiProtocol({ type: 4 });
  const smallest = 2 ** -149;
  const couplings = (value: number) => sparseCouplings(2, [[0, 1, value]]);
  // half of the smallest number is a tie, which goes to 0
  for (const lost of [1e-60, -smallest / 2]) {
    const refused = { "the coupling of 0 and 1": isingModel({ couplings: couplings(lost), linear: [1, 0] }) };
    const field = {
      "the linear coefficient of variable 1": isingModel({ couplings: couplings(1), linear: [1, lost] }),
    };
    for (const [what, model] of Object.entries({ ...refused, ...field })) {
      assertThrows(() => encode(model, REQUEST), RangeError, `${what} is ${lost}, which is no number of 32 bits`);
    }
  }
  encode(isingModel({ couplings: couplings(smallest) }), REQUEST);
});
