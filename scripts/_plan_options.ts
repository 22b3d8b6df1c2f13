import { submitOptions } from "./_nats_cli.ts";

/** The options of a command that carries out a plan of runs: whether it goes on, where runs go, how many at a time. */
export const planOptions = {
  resume: {
    type: "boolean",
    help: "keeps finished runs and goes on with a stopped one; else every run is made anew",
  },
  ...submitOptions,
  jobs: { type: "integer", min: 1, default: "1", help: "runs at the same time, each a process" },
  workers: { type: "integer", min: 1, default: "1", help: "threads of a run; the numbers do not depend on it" },
} as const;
