import { z } from "zod";
import { CONTESTANTS } from "./_leaderboard_contestants.ts";
import { SECTIONS } from "./_leaderboard_plan.ts";
import type { Cell, CellRecord, RunHeader } from "./_leaderboard_types.ts";

/** Name of the kind that measures cells of the leaderboard. */
export const LEADERBOARD = "leaderboard";

/** A cell to measure, on an instance of this checksum. */
export interface LeaderboardTask {
  readonly cell: Cell;
  readonly sha256: string;
}

/** What a worker gives: the record, and the run that it belongs to, whose plan the submitter knows. */
export interface LeaderboardAnswer {
  readonly record: CellRecord;
  readonly run: Omit<RunHeader, "profile" | "planned">;
}

const count = z.number().int().min(1);
/** What a task must be. */
export const taskBody = z.strictObject({
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  cell: z.strictObject({
    section: z.enum(SECTIONS.map(({ name }) => name) as [string, ...string[]]),
    instance: z.string().regex(/^[\w-]{1,60}$/),
    contestant: z.enum([...CONTESTANTS.keys()] as [string, ...string[]]),
    length: count.nullable(),
    numReads: count.optional(),
    timeLimitMs: z.number().positive().max(3_600_000).optional(),
    toBest: z.boolean().optional(),
    numWorkers: count.max(256).optional(),
    seed: z.number().int().min(0),
  }),
});
