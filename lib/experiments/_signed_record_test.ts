import { assertEquals, assertRejects } from "@std/assert";
import { readSigned, type SignedKind, writeSigned } from "./_signed_record.ts";

interface Counted {
  readonly schema: number;
  readonly count: number;
  readonly share: number;
}

const kind: SignedKind<Counted> = {
  ...{ schema: 3, form: { fields: { count: "count", share: "number" } }, wayOut: "count again" },
  digest: ({ count }) => Promise.resolve(`of ${count}`),
  check: ({ count }, refuse) => {
    if (count > 5) refuse("count", "5 at most");
  },
};

for (const name of ["record.json", "record.json.gz"]) {
  Deno.test(`readSigned() reads what writeSigned() wrote, numbers that JSON has no word for among it: ${name}`, async () => {
    const path = `${await Deno.makeTempDir()}/${name}`;
    for (const share of [0.5, NaN, -Infinity]) {
      await writeSigned(path, { schema: 3, count: 2, share }, kind);
      assertEquals(await readSigned(path, kind), { schema: 3, count: 2, share });
    }
  });
}

Deno.test("readSigned() refuses other versions, other forms, what the kind refuses and what was changed, in this order", async () => {
  const path = await Deno.makeTempFile();
  const reading = async (value: unknown) => {
    await Deno.writeTextFile(path, typeof value === "string" ? value : JSON.stringify(value));
    return await readSigned(path, kind);
  };
  const whole = { schema: 3, count: 2, share: 1, digest: "of 2" };
  assertEquals(await reading(whole), { schema: 3, count: 2, share: 1 });
  await assertRejects(() => reading("{"), SyntaxError, "; count again");
  await assertRejects(() => reading([]), TypeError, "schema must be a number; count again");
  await assertRejects(() => reading({ ...whole, schema: 4, count: "2" }), RangeError, "expected schema 3, got 4");
  await assertRejects(() => reading({ ...whole, count: "2" }), TypeError, "count must be an integer of 0 or more");
  await assertRejects(() => reading({ ...whole, count: 6 }), TypeError, "count must be 5 at most; count again");
  await assertRejects(
    () => reading({ ...whole, count: 3 }),
    SyntaxError,
    "its numbers are not those that were written",
  );
});
