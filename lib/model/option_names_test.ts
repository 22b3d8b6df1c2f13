import { assertThrows } from "@std/assert";
import { checkOptionNames } from "./mod.ts";

Deno.test("checkOptionNames() names the unknown option and all known ones", () => {
  checkOptionNames("Cannot anneal", { sweeps: 1 }, ["sweeps", "hot"]);
  checkOptionNames("Cannot anneal", {}, []);
  const text = "Cannot anneal: there is no option cool; known are sweeps, hot";
  assertThrows(() => checkOptionNames("Cannot anneal", { sweeps: 1, cool: 2 }, ["sweeps", "hot"]), TypeError, text);
});
