import { assert, assertEquals, assertThrows } from "@std/assert";
import { typescriptKernels } from "../kernels/mod.ts";
import { annealedSelection } from "./annealed_selection.ts";
import { fixedSelection, noTokens, randomSelection } from "./controls.ts";
import { publishedWeights, selectedWeights } from "./energy_weights.ts";
import { qamaBlock } from "./qama_block.ts";
import { detachedEnergy, heldSelection } from "./gradient_estimator.ts";
import { qamaSelected, qamaV2 } from "./qama_options.ts";
import type { AttentionSolver, SolveOptions } from "./types.ts";

const shape = { samples: 1, tokens: 6, heads: 2, width: 2 };

Deno.test("qamaV2() is the published operator, and its coefficients reach the weights", () => {
  const { weights, solver, estimator, ...rest } = qamaV2();
  assertEquals(rest, {
    name: "qamaV2",
    sweeps: undefined,
    readout: "energy",
    norms: "separate",
    direction: "shared",
    positionalField: false,
  });
  assertEquals([solver.name, estimator], [annealedSelection().name, heldSelection]);
  assertEquals(weights(shape), publishedWeights({ tokens: 6, heads: 2 }));
  const changed = qamaV2({ cJ: 2, ch: 3, cP: 4 }).weights(shape);
  assertEquals(changed, publishedWeights({ tokens: 6, heads: 2, cJ: 2, ch: 3, cP: 4 }));
});

Deno.test("qamaSelected() reads chosen keys, asks for no more tokens than there are, and passes its coefficients on", () => {
  const { weights, solver, estimator, ...rest } = qamaSelected();
  assertEquals(rest, {
    name: "qamaSelected",
    sweeps: undefined,
    readout: "selectedSoftmax",
    norms: "shared",
    direction: "perHead",
    positionalField: true,
  });
  assertEquals([solver.name, estimator], [annealedSelection().name, heldSelection]);
  assertEquals(weights(shape), selectedWeights({ k: 6 }));
  assertEquals(weights({ ...shape, tokens: 49 }), selectedWeights({ k: 10 }));
  assertEquals(
    qamaSelected({ k: 3, rho: 0.7, lambda: 2 }).weights(shape),
    selectedWeights({ k: 3, rho: 0.7, lambda: 2 }),
  );
});

Deno.test("both presets take a solver, its sweeps and an estimator; the block hands seed, stream and sweeps on", () => {
  for (const make of [qamaV2, qamaSelected]) {
    const asked: SolveOptions[] = [];
    const solver: AttentionSolver = {
      name: "recorder",
      solve: (problem, options) => {
        asked.push(options);
        return noTokens().solve(problem, options);
      },
    };
    const options = make({ solver, sweeps: 7, estimator: detachedEnergy });
    assert(options.estimator === detachedEnergy && !options.estimator.throughEnergy);
    const kernels = typescriptKernels();
    const block = qamaBlock(kernels, shape, options);
    const arrays = block.parameters.map(({ shape }) =>
      kernels.float32(shape.reduce((product, length) => product * length))
    );
    block.bind(arrays, arrays);
    block.forward(1, kernels.float32(24), kernels.float32(24), 31, 5);
    assertEquals(asked, [{ seed: 31, sweeps: 7, firstStream: 5 }]);
  }
});

Deno.test("qamaBlock() refuses weights that do not fit when it is opened", () => {
  const open = (k: number) => qamaBlock(typescriptKernels(), shape, qamaSelected({ k }));
  assertThrows(() => open(0), RangeError, "k must be a positive integer, got 0");
  assertThrows(() => open(1.5), RangeError, "k must be a positive integer, got 1.5");
});

Deno.test("every maker of an operator or solver refuses an option it does not know", () => {
  const misspelt: Record<string, number> = { sweps: 3 };
  const makers: ((options: Record<string, number>) => unknown)[] = [
    (options) => qamaV2(options),
    (options) => qamaSelected(options),
    (options) => annealedSelection(options),
    (options) => selectedWeights(options),
    (options) => publishedWeights({ tokens: 4, heads: 2, ...options }),
    (options) => randomSelection({ density: 0.5, ...options }),
    (options) => fixedSelection({ density: 0.5, seed: 1, ...options }),
  ];
  for (const make of makers) assertThrows(() => make(misspelt), TypeError, "there is no option sweps; known are");
});

Deno.test("qamaBlock() refuses choices that there are not, each by its name", () => {
  const open = (wrong: Record<string, unknown>) => () =>
    qamaBlock(typescriptKernels(), shape, { ...qamaV2(), ...wrong } as ReturnType<typeof qamaV2>);
  assertThrows(
    open({ readout: "value" }),
    RangeError,
    "readout must be energy or selectedSoftmax or nearSoftmax, got value",
  );
  assertThrows(open({ norms: "none" }), RangeError, "norms must be separate or shared");
  assertThrows(open({ direction: "up" }), RangeError, "direction must be shared or perHead");
  assertThrows(open({ solver: {} }), TypeError, "solve()");
  assertThrows(open({ weights: {} }), TypeError, "function of the sizes");
  assertThrows(open({ estimator: "heldSelection" }), TypeError, "estimator must be heldSelection");
  assertThrows(open({ sweeps: -1 }), RangeError, "sweeps must be an integer of 0 or more, got -1");
  assertThrows(open({ positionalField: "no" }), TypeError, "positionalField must be true or false, got no");
  assertThrows(open({ readouts: 1 }), TypeError, "there is no option readouts");
});
