import { importsOf } from "./imports.ts";

/** The rooms of `lib/`: each may import from itself and from those before it. */
export const ROOMS: readonly string[] = [
  "random",
  "model",
  "kernels",
  "circuits",
  "samplers",
  "machine",
  "attention",
  "layers",
  "training",
  "analysis",
  "display",
  "experiments",
  "notebook",
  "testing",
];

/** Rooms that may know the shape of what they are given, and load nothing of it. */
export const TYPES_ONLY: readonly string[] = ["display"];

/** For each top folder, the top folders that it may import from; deno.json is where the version stands. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  lib: ["lib", "deno.json"],
  datasets: ["datasets", "lib", "deno.json"],
  scripts: ["scripts", "datasets", "lib", "deno.json"],
};

/** Where a file stands: its top folder, and its room if that is `lib`; `lib/mod.ts` is in no room. */
interface Place {
  readonly top: string;
  readonly room: string | undefined;
}

/**
 * Checks who imports whom.
 *
 * @param files the text of each TypeScript file, by its path from the repository's root, `lib/model/mod.ts`
 * @param importMap bare names and the paths they stand for, as in deno.json
 * @returns one line a violation: file, line, import, rule; empty if all is well
 */
export function checkLayering(
  files: ReadonlyMap<string, string>,
  importMap: Readonly<Record<string, string>> = {},
): string[] {
  const complaints: string[] = [];
  for (const [path, source] of files) {
    const from = placeOf(path);
    if (!(from.top in MAY_IMPORT)) continue;
    if (from.room !== undefined && !ROOMS.includes(from.room)) {
      complaints.push(`${path}: lib/${from.room}/ is no room; the rooms are listed in scripts/gate/layering.ts`);
    }
    if (/(?:_(?:test|bench)|\/_test_\w+)\.tsx?$/.test(path)) continue;
    for (const { specifier, line, typeOnly } of importsOf(source)) {
      const target = resolve(path, specifier, importMap);
      const rule = target === undefined ? undefined : ruleBroken(from, target, typeOnly);
      if (rule !== undefined) complaints.push(`${path}:${line}: imports "${specifier}", but ${rule}`);
    }
  }
  return complaints;
}

/** The rule that an import breaks, if it breaks one. */
function ruleBroken(from: Place, target: string, typeOnly: boolean): string | undefined {
  const to = placeOf(target);
  if (!MAY_IMPORT[from.top].includes(to.top)) {
    return `${from.top}/ imports only from ${MAY_IMPORT[from.top].join(", ")}`;
  }
  const same = from.top === to.top && from.room === to.room;
  if (!same && (target.split("/").at(-1) ?? "").startsWith("_")) {
    return `files named _x.ts are private to ${to.room === undefined ? to.top : `lib/${to.room}`}/`;
  }
  if (from.room === undefined || to.top !== "lib" || same) return undefined;
  if (to.room === undefined) return "a room does not import lib/mod.ts, which imports every room";
  if (ROOMS.indexOf(to.room) > ROOMS.indexOf(from.room)) {
    const above = ROOMS.slice(0, ROOMS.indexOf(from.room)).join(", ");
    return `${from.room}/ imports only from ${above === "" ? "no other room" : `the rooms above it: ${above}`}`;
  }
  if (TYPES_ONLY.includes(from.room) && !typeOnly) {
    return `${from.room}/ sees types only: write \`import type\``;
  }
  return undefined;
}

function placeOf(path: string): Place {
  const parts = path.split("/");
  return { top: parts[0], room: parts[0] === "lib" && parts.length > 2 ? parts[1] : undefined };
}

/** The path from the root that a specifier means, undefined for packages; what is outside begins with `..`. */
function resolve(path: string, specifier: string, importMap: Readonly<Record<string, string>>): string | undefined {
  const mapped = importMap[specifier];
  const target = mapped ?? specifier;
  if (!/^\.{1,2}\//.test(target)) return undefined;
  const parts = mapped === undefined ? path.split("/").slice(0, -1) : [];
  for (const part of target.split("/")) {
    if (part === ".." && parts.length > 0 && parts[0] !== "..") parts.pop();
    else if (part !== ".") parts.push(part);
  }
  return parts.join("/");
}
