import { assertEquals } from "@std/assert";
import { readText, repositoryFiles } from "./files.ts";

Deno.test("repositoryFiles() lists the same files with git and without", async () => {
  const root = await Deno.makeTempDir();
  try {
    await Deno.mkdir(`${root}/lib/model`, { recursive: true });
    await Deno.mkdir(`${root}/out`);
    for (const path of ["a.md", "lib/model/mod.ts", "out/run.json"]) await Deno.writeTextFile(`${root}/${path}`, "x");
    await Deno.writeTextFile(`${root}/.gitignore`, "/out/\n");
    const expected = [".gitignore", "a.md", "lib/model/mod.ts"];
    assertEquals(await repositoryFiles(root), expected);
    await new Deno.Command("git", { args: ["init", "--quiet"], cwd: root, stderr: "null" }).output();
    assertEquals(await repositoryFiles(root), expected);
  } finally {
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("readText() gives text, and undefined for bytes that are none", async () => {
  const file = await Deno.makeTempFile();
  try {
    await Deno.writeTextFile(file, "déjà vu");
    assertEquals(await readText(file), "déjà vu");
    await Deno.writeFile(file, Uint8Array.of(0, 97, 115, 109));
    assertEquals(await readText(file), undefined);
  } finally {
    await Deno.remove(file);
  }
});
