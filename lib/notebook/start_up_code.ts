/**
 * The code that a kernel executes before any cell.
 *
 * It makes the notebook's folder the working folder, where relative paths and imports begin, and starts `_in_kernel.ts`, which
 * turns SIGINT into an abort of `stopSignal()` and ends the kernel when its parent is gone.
 *
 * @param folder the notebook's folder
 * @param leads true if the kernel leads a group of processes, which is to end with it
 * @returns TypeScript, one statement
 *
 * @example The folder is in it
 * ```ts
 * import { startUpCode } from "qama/notebook";
 * import { assertStringIncludes } from "@std/assert";
 * assertStringIncludes(startUpCode("/a folder", true), '"/a folder"');
 * ```
 */
export function startUpCode(folder: string, leads: boolean): string {
  const module = new URL("./_in_kernel.ts", import.meta.url).href;
  return `await (await import(${JSON.stringify(module)})).prepare(${JSON.stringify(folder)}, ${leads});`;
}

/** The type of the mark among the results. */
export const BARRIER_TYPE = "application/x.qama-barrier";

/** The code that sends a mark behind all outputs; it fails where the start-up code has not run. */
export function barrierCode(token: string): string {
  return `await globalThis[Symbol.for("qama.barrier")](${JSON.stringify(token)});`;
}
