/*
 * A worker of `deno task reproduce`: makes the one run that its queue hands it, in a process of its own.
 */
import { serveRun } from "../lib/experiments/mod.ts";
import { train } from "../lib/training/mod.ts";
import { loadPart, loadWhole } from "./_reproduce_data.ts";

await serveRun({ load: (name, source, signal) => loadPart(loadWhole, name, source, signal), train });
