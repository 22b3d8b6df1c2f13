/**
 * Reads the text of the plotly program, to be put inside a page that works without a network.
 *
 * @returns the program, about 10 MB; null where the package is neither in the cache nor can be fetched
 *
 * Cost one read of the package cache, a download the first time.
 * Source: npm package plotly.js-dist, MIT licence.
 *
 * @example The text is plotly, or there is none
 * ```ts
 * import { plotlySource } from "qama/display";
 * import { assert } from "@std/assert";
 * const source = await plotlySource();
 * assert(source === null || source.includes("Plotly"));
 * ```
 */
export async function plotlySource(): Promise<string | null> {
  try {
    const module: { default: unknown } = await import("plotly.js-dist", { with: { type: "text" } });
    return typeof module.default === "string" ? module.default : null;
  } catch {
    // without the package a page still has its static figure, and says so
    return null;
  }
}
