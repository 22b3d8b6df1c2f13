import { assertEquals } from "@std/assert";
import { Rows } from "./_rows.ts";

Deno.test("Rows knows which of its reads ran to their end, in any order and after some are dropped", () => {
  const rows = new Rows(1);
  // batches of four: the hit is read 21, of a batch that was cut, when a later batch is already complete
  for (const first of [16, 24, 8, 0, 4, 12, 28]) {
    for (let read = first; read < first + 8 && read % 4 !== 3; read++) {
      rows.add(read, Int8Array.of(1), read, first !== 16);
    }
  }
  const kept = [...rows.taken().energies].filter((read) => read <= 17);
  rows.dropAfter(17);
  assertEquals([...rows.taken().energies], kept);
  assertEquals(rows.complete, kept.filter((read) => read < 16).length);
});
