import { type Bus, type Priority, TASKS } from "./_nats_bus.ts";

/** What is kept of a plan. */
export interface PlanEntry {
  readonly title: string;
  readonly priority: Priority;
  readonly total: number;
  /** Tasks that had a record when it was handed in. */
  readonly before: number;
  readonly submittedAt: string;
  readonly cancelled: boolean;
}

/** Marks a plan as cancelled, for the workers, and takes back what waits. */
export async function cancelPlan(bus: Bus, plan: string, entry: PlanEntry): Promise<void> {
  await bus.plans.put(plan, JSON.stringify({ ...entry, cancelled: true }));
  await bus.streams.streams.purge(TASKS, { filter: `qama.tasks.${entry.priority}.${plan}.>` });
}
