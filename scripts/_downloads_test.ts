import { assertEquals, assertStringIncludes } from "@std/assert";
import { downloadText } from "./_downloads.ts";

Deno.test("downloadText() says what, how much, from where and to where", () => {
  const plan = {
    what: "MNIST",
    files: 4,
    bytes: 11_594_722,
    hosts: ["a.example", "b.example"],
    folder: "/cache/mnist",
  };
  const text = downloadText(plan);
  assertStringIncludes(text, "4 files, 11.6 MB, from a.example, or else b.example into /cache/mnist");
  assertStringIncludes(downloadText({ ...plan, files: 1, bytes: undefined }), "1 file, of unknown size, from");
  assertEquals(text.includes("\n"), false);
});
