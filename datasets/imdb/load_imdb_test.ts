import { assertEquals } from "@std/assert";
import { IMDB } from "./mod.ts";

const file = (rows: readonly [number, string][]) =>
  new TextEncoder().encode(rows.map(([label, text]) => JSON.stringify({ label, text })).join("\n"));
const options = { name: "train.jsonl", classes: 2 };

Deno.test("IMDB takes the classes in turn, each in the file's order, and keeps what is left over", () => {
  const { texts, labels } = IMDB.parse(file([[1, "a"], [1, "b"], [1, "c"], [1, "d"], [0, "e"], [0, "f"]]), options);
  assertEquals([texts, [...labels]], [["a", "e", "b", "f", "c", "d"], [1, 0, 1, 0, 1, 1]]);
});

Deno.test("IMDB makes line breaks in HTML one space, and leaves other markup", () => {
  const text = "One.<br /><br />Two<BR>three <br/> 3 < 4 <i>x</i> <brr>";
  assertEquals(IMDB.parse(file([[0, text]]), options).texts, ["One. Two three  3 < 4 <i>x</i> <brr>"]);
});
