import { assert, assertEquals } from "@std/assert";
import {
  denseCouplings,
  factoredCouplings,
  isingFromQubo,
  isingModel,
  quboFromIsing,
  quboModel,
  scaleModel,
  sparseCouplings,
  toDense,
  toSparse,
} from "../model/mod.ts";
import { assertClose } from "../testing/mod.ts";
import { exampleModels } from "../testing/_example_models.ts";
import { betaRange } from "./mod.ts";

const TIGHT = { rtol: 1e-9, atol: 0 };

Deno.test("betaRange() does not depend on the vartype", () => {
  for (const kind of ["integer", "normal"] as const) {
    for (const { model } of exampleModels(40, 31, kind)) {
      const other = model.vartype === "ising" ? quboFromIsing(model) : isingFromQubo(model);
      assertClose(betaRange(other), betaRange(model), TIGHT);
    }
  }
});

Deno.test("betaRange() does not depend on the form, but for sampling of factored couplings", () => {
  for (const { model } of exampleModels(40, 32, "normal")) {
    if (model.couplings.form !== "factored") assertClose(betaRange(toDense(model)), betaRange(toSparse(model)), TIGHT);
    else assertClose(betaRange(toDense(model))[0], betaRange(model)[0], TIGHT);
  }
});

Deno.test("betaRange() scales as 1/energy and ignores the offset", () => {
  const base = { couplings: sparseCouplings(3, [[0, 1, 1], [1, 2, -3]]), linear: [0.5, 0, 2] };
  const large = isingModel({ couplings: sparseCouplings(3, [[0, 1, 8], [1, 2, -24]]), linear: [4, 0, 16], offset: 7 });
  const [hot, cold] = betaRange(isingModel(base));
  assertClose(betaRange(large), [hot / 8, cold / 8], TIGHT);
});

Deno.test("betaRange() scales as 1/energy where squares overflow or vanish", () => {
  for (const { model, name } of exampleModels(12, 33, "normal")) {
    if (model.couplings.form === "factored") continue;
    const [hot, cold] = betaRange(model);
    for (const power of [-900, -600, -500, 500, 600, 1000]) {
      const scaled = betaRange(scaleModel(model, 2 ** power)).map((beta) => beta * 2 ** power);
      assertEquals(scaled, [hot, cold], `${name} times 2^${power}`);
    }
  }
  const [hot, cold] = betaRange(isingModel({ couplings: sparseCouplings(1, []), linear: [1e-310] }));
  assertEquals([hot, cold], [1e300, 1e300], "as cold as numbers go");
});

Deno.test("betaRange() is that of its largest and smallest move", () => {
  // spin 1 has couplings 3 and 4 and field 12: a random move of 2 * 13; the smallest coefficient is the field 1
  const model = isingModel({ couplings: sparseCouplings(3, [[0, 1, 3], [1, 2, 4]]), linear: [1, 12, 0] });
  assertClose(betaRange(model), [Math.log(8) / 26, Math.log(100) / 2], TIGHT);
});

Deno.test("betaRange() ends where spins of many couplings freeze, not where single couplings do", () => {
  // 100 couplings of size 1 a spin: a random move of 20
  const ones = Array.from({ length: 101 }, (_, i) => Array.from({ length: 101 }, (_, j) => i === j ? 0 : 1));
  assertClose(betaRange(isingModel({ couplings: denseCouplings(ones) })), [Math.log(8) / 20, 16 / 20], TIGHT);
});

Deno.test("betaRange() takes no rounding for a move", () => {
  // the fields of the Ising model cancel but for rounding: 0.3 / 2 + 0.1 / 4 ... is not exactly 0
  const couplings = sparseCouplings(4, [[0, 1, 0.1], [0, 2, 0.2], [0, 3, 0.3]]);
  const qubo = quboModel({ couplings, linear: [-0.3, -0.05, -0.1, -0.15] });
  assert(
    isingFromQubo(qubo).linear.some((field) => field !== 0 && Math.abs(field) < 1e-15),
    "a field must be rounding",
  );
  assertClose(betaRange(qubo)[1], Math.log(100) / (2 * 0.1 / 4), { rtol: 0.2, atol: 0 });
});

Deno.test("betaRange() is positive and ordered for degenerate models too", () => {
  assertEquals(betaRange(isingModel({ couplings: sparseCouplings(3, []) })), [1, 1]);
  assertEquals(betaRange(isingModel({ couplings: denseCouplings([]) })), [1, 1]);
  const models = [
    isingModel({ couplings: factoredCouplings(1, [1], [1]), linear: [1] }),
    isingModel({ couplings: factoredCouplings(2, [1, 0], [0, 1]) }),
    isingModel({ couplings: denseCouplings([[0, 1e-300], [1e-300, 0]]) }),
  ];
  for (const model of models) {
    const [hot, cold] = betaRange(model);
    assert(hot > 0 && hot <= cold && Number.isFinite(cold), `${hot} ${cold}`);
  }
});
