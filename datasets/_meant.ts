import { nearestName } from "../lib/model/mod.ts";

/** `; did you mean NAME?` where one of the names is near to what was typed, else nothing. */
export function meant(typed: string, names: readonly string[]): string {
  const near = nearestName(typed, names);
  return near === undefined ? "" : `; did you mean ${near}?`;
}
