import { assert, assertAlmostEquals, assertEquals } from "@std/assert";
import { lowestOfLevels, softSelectionTable } from "./_soft_selection.ts";

Deno.test("softSelectionTable(): a weight of more bits errs less, as the formula says, and so do energy and readout", async () => {
  const { rows } = await softSelectionTable([2, 4, 6]);
  for (const [i, row] of rows.entries()) {
    assertAlmostEquals(row.softmaxRms, row.rms, 0.05 * row.rms);
    if (i === 0) continue;
    for (const key of ["largest", "energyError", "readoutError"] as const) assert(row[key] < rows[i - 1][key] / 2, key);
  }
});

Deno.test("softSelectionTable(): a head alone takes no weight between 0 and 1, eight with the penalty take some", async () => {
  const { rows } = await softSelectionTable([1, 4]);
  assertEquals(rows.map((row) => row.betweenAlone), [0, 0]);
  assertEquals(rows[0].betweenPenalised, 0);
  assert(rows[1].betweenPenalised > 0);
  // annealed once with 20 sweeps: near the exact minimum, never below it
  for (const row of rows) assert(row.annealedAbove >= -1e-9 && row.annealedAbove < 0.01, `${row.annealedAbove}`);
});

Deno.test("lowestOfLevels(): no level between the ends lowers the energy of a head", () => {
  assertEquals(lowestOfLevels(3).lowered, 0);
});
