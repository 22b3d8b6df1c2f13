import { samplerConformance } from "../testing/mod.ts";
import { mixedInteger } from "./mod.ts";
for (const { name, run } of samplerConformance(mixedInteger)) Deno.test(`mixedInteger() ${name}`, run);
