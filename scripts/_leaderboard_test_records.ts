import type { Cell, CellRecord } from "./_leaderboard_types.ts";

/** A record of a cell, as the runner makes it, with what a test wants to be different. */
export function exampleCell(
  cell: Partial<Cell> & Pick<Cell, "section" | "instance" | "contestant">,
  found: Partial<NonNullable<CellRecord["found"]>> = {},
): CellRecord {
  return {
    cell: { length: 1000, seed: 1, ...cell },
    run: "2026-01-01T00:00:00.000Z",
    found: {
      n: 100,
      terms: 4950,
      best: -10,
      versions: {},
      length: cell.length ?? 1000,
      calls: 1,
      reads: 100,
      bestEnergy: -10,
      clocks: { readMs: 1, convertMs: 1, annealMs: 100, callMs: 200, totalMs: 202 },
      pinned: true,
      ...found,
    },
  };
}
