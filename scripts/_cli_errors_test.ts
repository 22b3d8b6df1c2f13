import { assertEquals } from "@std/assert";
import { explain } from "./_cli_errors.ts";

const inFolder = async (work: (folder: string) => Promise<void>) => {
  const folder = await Deno.makeTempDir();
  await work(folder).finally(() => Deno.remove(folder, { recursive: true }));
};
const told = async (work: Promise<unknown>) => explain(await work.then(() => "done", (error) => error));

Deno.test("explain() says of every call what was tried, with which file, and why not", async () => {
  await inFolder(async (folder) => {
    const [none, full] = [`${folder}/none/a.txt`, `${folder}/full`];
    await Deno.mkdir(full);
    const gone = "there is no such file or folder";
    assertEquals(await told(Deno.open(none)), `Cannot read ${none}: ${gone}`);
    assertEquals(await told(Deno.readFile(none)), `Cannot read ${none}: ${gone}`);
    assertEquals(await told(Deno.readTextFile(none)), `Cannot read ${none}: ${gone}`);
    assertEquals(await told(Deno.stat(none)), `Cannot read ${none}: ${gone}`);
    assertEquals(await told(Deno.writeTextFile(none, "")), `Cannot write ${none}: ${gone}`);
    assertEquals(await told(Deno.mkdir(none)), `Cannot write ${none}: ${gone}`);
    assertEquals(await told(Deno.mkdir(full)), `Cannot write ${full}: something of that name is there already`);
    assertEquals(await told(Array.fromAsync(Deno.readDir(none))), `Cannot read ${none}: ${gone}`);
    assertEquals(await told(Deno.writeTextFile(full, "")), `Cannot write ${full}: it is a folder`);
    const part = `${none}.12345678-1234-1234-1234-123456789012.part`;
    assertEquals(await told(Deno.writeTextFile(part, "")), `Cannot write ${none}: ${gone}`);
    const long = `${folder}/${"x".repeat(300)}`;
    assertEquals(await told(Deno.open(long)), `Cannot read ${long}: the name is too long`);
  });
});

Deno.test("explain() leaves the words of other errors alone", () => {
  assertEquals(explain(new RangeError("Cannot x: y")), "Cannot x: y");
  assertEquals(explain(new Error("", {})), "Error");
  assertEquals(explain("a word"), "a word");
  assertEquals(explain(undefined), "undefined");
});
