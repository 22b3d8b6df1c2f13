import { assert, assertEquals } from "@std/assert";
import { isRecent, MINIMUM_DENO, versionComplaint } from "./_deno_version.ts";

Deno.test("isRecent() compares numbers, not letters", () => {
  assert(isRecent("2.9.6", "2.9.6"));
  assert(isRecent("2.10.0", "2.9.6"));
  assert(isRecent("10.0.0", "2.9.6"));
  assert(isRecent("2.9.7+abc123", "2.9.6"));
  assert(!isRecent("2.9.5", "2.9.6"));
  assert(!isRecent("2.8.30", "2.9.6"));
  assert(!isRecent("1.46.3", "2.9.6"));
});

Deno.test("versionComplaint() is silent here and names both versions to an older Deno", () => {
  assertEquals(versionComplaint(), undefined);
  const complaint = versionComplaint("2.8.3");
  assert(complaint?.includes("2.8.3") && complaint.includes(MINIMUM_DENO), complaint);
});
