import { assertEquals, assertThrows } from "@std/assert";
import { cacheFolder } from "./mod.ts";

Deno.test("cacheFolder() follows each platform's custom, and QAMA_CACHE_DIR before it", () => {
  const cases: [typeof Deno.build.os, Record<string, string>, string][] = [
    ["linux", { HOME: "/home/me" }, "/home/me/.cache/qama"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "/fast" }, "/fast/qama"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "relative" }, "/home/me/.cache/qama"],
    ["linux", { HOME: "/home/me", XDG_CACHE_HOME: "/fast", QAMA_CACHE_DIR: "mine" }, "mine"],
    ["linux", { HOME: "/home/me", QAMA_CACHE_DIR: "" }, "/home/me/.cache/qama"],
    ["darwin", { HOME: "/Users/me", XDG_CACHE_HOME: "/fast" }, "/Users/me/Library/Caches/qama"],
    ["windows", { LOCALAPPDATA: "/c/local", HOME: "/home/me" }, "/c/local/qama"],
  ];
  for (const [os, variables, expected] of cases) {
    assertEquals(cacheFolder({ os, env: (name) => variables[name] }).replaceAll("\\", "/"), expected);
  }
});

Deno.test("cacheFolder() names the variable that is missing", () => {
  assertThrows(() => cacheFolder({ os: "linux", env: () => undefined }), RangeError, "expected HOME to be set");
  assertThrows(
    () => cacheFolder({ os: "windows", env: () => undefined }),
    RangeError,
    "expected LOCALAPPDATA to be set",
  );
});
