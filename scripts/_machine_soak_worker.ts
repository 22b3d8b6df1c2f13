// The client of the soak: runs every job, and says at the end what became of them. It is killed in the middle on purpose.
import { energies, isingModel, type Model, sparseCouplings } from "../lib/model/mod.ts";
import {
  dwaveProtocol,
  dwaveSolvers,
  isingQProtocol,
  MachineError,
  type MachineSampler,
  machineSampler,
} from "../lib/machine/mod.ts";
import { Rng } from "../lib/random/mod.ts";
import type { SampleSet } from "../lib/samplers/mod.ts";

/** What a worker is told. */
export interface SoakOrder {
  readonly machine: SoakMachine;
  readonly url: string;
  readonly folder: string;
  readonly jobs: number;
  readonly concurrency: number;
  readonly seed: number;
}

/**
 * The machines that can be soaked: one where only the user can look for a lost job, one that finds it by its label. (Where jobs
 * have no name at all, as at Fujitsu's, neither can, and orphans fill the account until they are deleted there.)
 */
export type SoakMachine = "isingq" | "dwave";

/** What a worker found. */
export interface SoakFindings {
  /** Jobs answered, from the journal or the machine. */
  readonly answered: number;
  /** Those of which nobody knows whether the machine has them. */
  readonly unknown: number;
  /** Times that the machine said that it had lost a job, which was then sent again. */
  readonly failed: number;
  /** Energies of the answers that are those of the model. */
  readonly checkedEnergies: number;
  /** What the reported energies were, by diagnosis. */
  readonly energyChecks: Readonly<Record<string, number>>;
  /** Why jobs of this process failed, by fault. */
  readonly faults: Readonly<Record<string, number>>;
}

const VARIABLES = 8;
const MOST_TRIES = 60;
const READS = 3;

/** The environment variable that holds the key. */
export const SOAK_KEY = "QAMA_SOAK_KEY";

async function samplerOf({ machine, url, folder, concurrency }: SoakOrder): Promise<MachineSampler> {
  const options = {
    ...{ folder, concurrency, settleMs: 50, deadlineMs: 60_000, requestMs: 10_000 },
    ...{ pollMs: [5, 50], firstBackoffMs: 5, longestBackoffMs: 100 },
  };
  const origin = { module: import.meta.url, name: machine, options: { url } };
  const at = { url, keyVariable: SOAK_KEY };
  if (machine === "isingq") return machineSampler(isingQProtocol(at), origin, options);
  for (let k = 0;; k++) {
    try {
      const [solver] = await dwaveSolvers(at);
      return machineSampler(dwaveProtocol({ ...at, solver, pollS: 0 }), origin, options);
    } catch (error) {
      if (k > MOST_TRIES) throw error;
    }
  }
}

/** Model k of a seed: random fields and couplings that the machine has. */
function modelOf(sampler: MachineSampler, seed: number, k: number): Model {
  const rng = new Rng(seed, k);
  const { topology } = sampler.limits;
  const pairs: [number, number, number][] = [];
  const draw = () => Math.round(8 * (2 * rng.uniform() - 1)) / 8;
  if (topology.kind === "graph") {
    const place = new Map(topology.nodes.map((node, i) => [node, i]));
    for (const [a, b] of topology.edges) {
      const [i, j] = [place.get(a)!, place.get(b)!].sort((x, y) => x - y);
      if (j < VARIABLES) pairs.push([i, j, draw()]);
    }
  } else {
    for (let i = 0; i < VARIABLES; i++) for (let j = i + 1; j < VARIABLES; j++) pairs.push([i, j, draw()]);
  }
  const linear = Array.from({ length: VARIABLES }, draw);
  return isingModel({ couplings: sparseCouplings(VARIABLES, pairs), linear, offset: k });
}

/** Runs all jobs of an order. */
export async function runSoak(order: SoakOrder): Promise<SoakFindings> {
  const sampler = await samplerOf(order);
  const found = { answered: 0, unknown: 0, failed: 0, checkedEnergies: 0 };
  const energyChecks: Record<string, number> = {};
  const faults: Record<string, number> = {};
  const count = (table: Record<string, number>, name: string) => table[name] = (table[name] ?? 0) + 1;
  const take = (model: Model, set: SampleSet) => {
    if (set.ending !== "completed") throw new Error(`a job ended ${set.ending}`);
    found.answered++;
    const own = energies(model, set.states);
    found.checkedEnergies += own.length > 0 && own.every((energy, r) => energy === set.energies[r]) ? 1 : 0;
    count(energyChecks, String(set.story.findings.energyCheck));
  };
  let next = 0;
  const client = async () => {
    for (let k = next++; k < order.jobs; k = next++) {
      const model = modelOf(sampler, order.seed, k);
      for (let tries = 1;; tries++) {
        try {
          take(model, await sampler.sample(model, { seed: k, numReads: READS }));
          break;
        } catch (error) {
          if (!(error instanceof MachineError) || tries > MOST_TRIES) throw error;
          count(faults, error.fault);
          if (error.fault === "unknown-submission") {
            found.unknown++;
            break;
          }
          if (error.fault === "job") found.failed++;
          else if (error.fault === "key" || error.fault === "quota" || error.fault === "refused") throw error;
        }
      }
    }
  };
  await Promise.all(Array.from({ length: order.concurrency }, client));
  return { ...found, energyChecks, faults };
}

if (import.meta.main) console.log(JSON.stringify(await runSoak(JSON.parse(Deno.args[0]))));
