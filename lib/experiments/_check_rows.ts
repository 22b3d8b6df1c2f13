import { nearestName } from "../model/mod.ts";

/** Throws a RangeError if a row is asked for that the plan does not have; the message has the nearest. */
export function checkRows(planned: readonly string[], asked: readonly string[] | undefined): void {
  const names = [...new Set(planned)];
  const unknown = asked?.find((row) => !names.includes(row));
  if (unknown === undefined) return;
  const near = nearestName(unknown, names);
  const meant = near === undefined ? "" : `; did you mean ${near}?`;
  throw new RangeError(`Cannot measure the row ${unknown}: there are ${names.join(", ") || "none"}${meant}`);
}
