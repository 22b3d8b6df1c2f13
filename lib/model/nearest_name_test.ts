import { assertEquals } from "@std/assert";
import { editDistance, nearestName } from "./nearest_name.ts";

Deno.test("editDistance() counts insertions, deletions and replacements", () => {
  const rows = [["", "abc", 3], ["abc", "", 3], ["kitten", "sitting", 3], ["tabu", "tabu", 0], [
    "ab",
    "ba",
    2,
  ]] as const;
  for (const [a, b, distance] of rows) assertEquals(editDistance(a, b), distance);
});

Deno.test("nearestName() finds a misspelt word, and nothing where none is near", () => {
  const words = ["simulated-annealing", "tabu-search", "greedy-descent"];
  assertEquals(nearestName("simulated-anealing", words), "simulated-annealing");
  assertEquals(nearestName("TabuSearch", words), "tabu-search");
  assertEquals(nearestName("gurobi", words), undefined);
  assertEquals(nearestName("x", []), undefined);
  assertEquals(nearestName("fashion", ["mnist", "fashion-mnist"]), "fashion-mnist");
  assertEquals(nearestName("fa", ["mnist", "fashion-mnist"]), undefined);
});
