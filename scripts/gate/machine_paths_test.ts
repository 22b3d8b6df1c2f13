import { assertEquals } from "@std/assert";
import { findMachinePaths } from "./machine_paths.ts";

// put together here, so that this file passes the check it tests
const slashed = (...names: string[]) => `/${names.join("/")}/`;
const dotted = (...names: string[]) => names.join(".");

Deno.test("findMachinePaths() finds folders of one machine", () => {
  for (
    const folder of [slashed("work"), slashed("root"), slashed("tmp"), slashed("home", "ada"), slashed("Users", "ada")]
  ) {
    assertEquals(findMachinePaths("a.ts", `\nconst file = "${folder}x.txt";`), [
      `a.ts:2: "${folder}" is a folder of one machine`,
    ]);
    assertEquals(findMachinePaths("a.ipynb", `file://${folder}x`).length, 1);
  }
  assertEquals(findMachinePaths("a.ts", ["C:", "Users", "ada"].join("\\")).length, 1);
});

Deno.test("findMachinePaths() finds registry hosts, known ones and those of this machine", () => {
  const hosts = [
    dotted("registry", "npmjs", "org"),
    dotted("npm", "jsr", "io"),
    dotted("npm-mirror", "example", "com"),
  ];
  for (const host of hosts) assertEquals(findMachinePaths("a.md", `see https://${host}/x`).length, 1);
  assertEquals(findMachinePaths("a.md", "packages.example:4873", ["packages.example:4873"]).length, 1);
  assertEquals(findMachinePaths("deno.lock", '"tarball": "https://packages.example/x.tgz"').length, 1);
});

Deno.test("findMachinePaths() leaves relative folders, addresses of pages and .gitignore alone", () => {
  const innocent = [
    "../work/a.ts",
    "network/tmp/x",
    "./tmp/x",
    "lib/root/a.ts",
    "https://jsr.io/@qama/workbench",
    "/work",
  ];
  for (const text of [...innocent, "npm:tool@1.0.0", "https://www.npmjs.com/package/x", "import x from 'npm:a.b'"]) {
    assertEquals(findMachinePaths("a.md", text), []);
  }
  assertEquals(findMachinePaths(".gitignore", slashed("tmp")), []);
});
