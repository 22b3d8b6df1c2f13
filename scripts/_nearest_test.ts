import { assertEquals } from "@std/assert";
import { editDistance, nearest } from "./_nearest.ts";

Deno.test("editDistance() counts insertions, deletions and replacements", () => {
  const rows = [["", "abc", 3], ["abc", "", 3], ["kitten", "sitting", 3], ["tabu", "tabu", 0], [
    "ab",
    "ba",
    2,
  ]] as const;
  for (const [a, b, distance] of rows) assertEquals(editDistance(a, b), distance);
});

Deno.test("nearest() finds a misspelt word, and nothing where none is near", () => {
  const words = ["simulated-annealing", "tabu-search", "greedy-descent"];
  assertEquals(nearest("simulated-anealing", words), "simulated-annealing");
  assertEquals(nearest("TabuSearch", words), "tabu-search");
  assertEquals(nearest("gurobi", words), undefined);
  assertEquals(nearest("x", []), undefined);
  assertEquals(nearest("fashion", ["mnist", "fashion-mnist"]), "fashion-mnist");
  assertEquals(nearest("fa", ["mnist", "fashion-mnist"]), undefined);
});
