import { CONTESTANTS, HEADLINE, REFERENCE } from "./_leaderboard_contestants.ts";
import type { Cell, Instance } from "./_leaderboard_types.ts";

/** How much is measured. */
export type ProfileName = "quick" | "full";

/** A part of the leaderboard. */
export interface Section {
  /** What `--only` calls it. */
  readonly name: string;
  /** The heading. */
  readonly title: string;
  /** What is measured, and what is wanted. */
  readonly text: string;
  /** What the quick profile leaves out. */
  readonly quick: string;
  /** What is measured, in the order in which it is. */
  cells(instances: readonly Instance[], profile: ProfileName): Cell[];
}

const SA_PEERS = [REFERENCE, "OpenJij SA"];
const ISING_MACHINES = ["simulatedBifurcation discrete", "chaoticAmplitudeControl"];
/** Restarts of reads of this many sweeps; beside them one read that fills the time. */
const RESTART_LENGTH = 1000;
/** On larger graphs short reads end far from the best: the reads that are repeated have 20,000 sweeps. */
const MOST_FOR_SHORT_READS = 2000;
const LONG_RESTART_LENGTH = 20_000;

/** Size of the dense model whose rate is measured. */
export const DENSE_SIZE = 2000;
const SPARSE_RATES = ["G1", "G22", "G32", "G35", "G60"];

/** The sections, in the order in which they are run and shown. */
export const SECTIONS: readonly Section[] = [
  {
    name: "sk-tts",
    title: "Time to solution, SK n = 100",
    text:
      "Reads of fixed numbers of sweeps on every Sherrington-Kirkpatrick instance of 100 spins, to their published ground " +
      "energies. TTS99 = time a read x max(1, ln 0.01 / ln(1 - p)), its median over the instances at the best number of sweeps. " +
      "Wanted: at most a third of dwave-samplers' simulated annealing.",
    quick:
      "200 reads in place of 2,000, five numbers of sweeps in place of eight, and no simulated quantum annealing or bifurcation",
    cells(instances, profile) {
      const full = profile === "full";
      const names = [HEADLINE, ...SA_PEERS];
      const others = full ? [...ISING_MACHINES, "OpenJij SQA", "simulated-bifurcation discrete"] : [];
      const lengths = full ? [10, 20, 50, 100, 200, 500, 1000, 2000] : [20, 50, 100, 200, 500];
      const numReads = full ? 2000 : 200;
      return inGroup(instances, "SK n = 100").flatMap((instance, k) =>
        lengths.flatMap((length) => [
          // the contestants take turns, so that a slow minute of the machine hits all of them
          ...turned(names, k).map((name) => ({ ...at("sk-tts", instance, name), length, numReads })),
          ...others.map((name) => ({ ...at("sk-tts", instance, name), length, numReads: numReads / 4 })),
        ])
      );
    },
  },
  {
    name: "rate",
    title: "Spin updates per second",
    text:
      "Annealing of 200 sweeps, one core. A spin update is one proposal of one spin; time is that of the reads alone by each " +
      "library's own account. Wanted: dense n = 2,000 at least 8 times, sparse graphs at least 1 time the rate of dwave-samplers' " +
      "simulated annealing.",
    quick: "one repetition in place of five, and two of the five graphs",
    cells(instances, profile) {
      const full = profile === "full";
      const sparse = (full ? SPARSE_RATES : SPARSE_RATES.slice(0, 2)).flatMap((name) => named(instances, name));
      const models = [
        ...named(instances, `dense-n${DENSE_SIZE}`),
        ...inGroup(instances, "SK n = 100").slice(0, 1),
        ...sparse,
      ];
      return Array.from({ length: full ? 5 : 1 }, (_, repeat) => repeat).flatMap((repeat) =>
        models.flatMap((instance) =>
          turned([HEADLINE, ...SA_PEERS], repeat).map((name) => ({
            ...at("rate", instance, name),
            length: 200,
            numReads: readsForRate(instance),
            seed: repeat + 1,
          }))
        )
      );
    },
  },
  {
    name: "gset-equal-time",
    title: "G-set, equal time",
    text:
      "Every graph of the G-set, 10 s a run on one core. An annealer is shown twice where both are sensible: restarts of " +
      "1,000 sweeps (parallel tempering 30,000), above 2,000 vertices of 20,000, and one read as long as the time " +
      "allows. Wanted: in every size class a mean cut no worse than every peer's.",
    quick:
      "one graph in each size class up to 3,000 vertices in place of all, 2 s in place of 10 s, and no simulated-bifurcation",
    cells(instances, profile) {
      const full = profile === "full";
      const all = instances.filter(({ as }) => as === "maxcut");
      const graphs = full ? all : oneAGroup(all.filter(({ n }) => n <= 3000));
      const timeLimitMs = full ? 10_000 : 2_000;
      return graphs.flatMap((instance) =>
        entries([...CONTESTANTS.keys()].filter((name) => full || !name.startsWith("simulated-bifurcation")), instance.n)
          .map(({ name, length }) => ({ ...at("gset-equal-time", instance, name), length, timeLimitMs }))
      );
    },
  },
  {
    name: "gset-best-known",
    title: "G-set of 800 and 1,000 vertices, time to the best known cut",
    text: "Runs that stop at the best known cut, or after 60 s on one core. Wanted: reached on every graph.",
    quick: "three graphs in place of all, one seed in place of three, and 10 s in place of 60 s",
    cells(instances, profile) {
      const all = instances.filter(({ as, n }) => as === "maxcut" && n <= 1000);
      const graphs = profile === "full" ? all : [...named(all, "G1"), ...named(all, "G11"), ...named(all, "G43")];
      const names = ["portfolio", HEADLINE, "parallelTempering", "tabuSearch", REFERENCE, "dwave-samplers tabu"];
      return toBest("gset-best-known", graphs, names, profile === "full" ? 60_000 : 10_000, profile);
    },
  },
  {
    name: "qubo-best-known",
    title: "Beasley up to 500 and gka up to 200 variables, time to the best known energy",
    text: "Runs that stop at the best known energy, or after 10 s on one core. Wanted: reached on every instance.",
    quick: "one instance of each family and size in place of all, and one seed in place of three",
    cells(instances, profile) {
      const all = instances.filter(({ as, n, name }) => as === "qubo" && n <= (name.startsWith("bqp") ? 500 : 200));
      const chosen = profile === "full" ? all : oneAGroup(all);
      const names = ["portfolio", HEADLINE, "parallelTempering", "tabuSearch", REFERENCE, "dwave-samplers tabu"];
      return toBest("qubo-best-known", chosen, names, 10_000, profile);
    },
  },
  {
    name: "workers",
    title: "Two workers against one",
    text:
      "The same reads on one worker and on two, on no particular core. Wanted: at least 1.9 times the reads per second.",
    quick: "one repetition in place of five",
    cells(instances, profile) {
      const models = [
        ...named(instances, `dense-n${DENSE_SIZE}`),
        ...named(instances, "G22"),
        ...named(instances, "sk-n100-0"),
      ];
      return Array.from({ length: profile === "full" ? 5 : 1 }, (_, repeat) => repeat).flatMap((repeat) =>
        models.flatMap((instance) =>
          [1, 2].map((numWorkers) => ({
            ...at("workers", instance, HEADLINE),
            length: 1000,
            numReads: readsForWorkers(instance),
            numWorkers,
            seed: repeat + 1,
          }))
        )
      );
    },
  },
  {
    name: "ising-machines",
    title: "Ground energies by Ising machines, SK up to n = 100",
    text:
      "Discrete simulated bifurcation, and the coherent Ising machine with chaotic amplitude control (CAC): runs that stop at the " +
      "ground energy or after 10 s on one core. Wanted: reached on every instance.",
    quick: "one instance of each size in place of seven",
    cells(instances, profile) {
      const all = instances.filter(({ group, n }) => group.startsWith("SK ") && n <= 100);
      const chosen = profile === "full" ? all : oneAGroup(all);
      return chosen.flatMap((instance) =>
        ISING_MACHINES.map((name) => ({
          ...at("ising-machines", instance, name),
          length: RESTART_LENGTH,
          timeLimitMs: 10_000,
          toBest: true,
        }))
      );
    },
  },
];

function at(section: string, instance: Instance, contestant: string): Cell {
  return { section, instance: instance.name, contestant, length: null, seed: 1 };
}

/** Each contestant with restarts and, where a read has a length, with one read that fills the time. */
function entries(names: readonly string[], n: number): { name: string; length: number | null }[] {
  return names.flatMap((name) => {
    const contestant = CONTESTANTS.get(name);
    if (contestant?.lengthOption === undefined) return [{ name, length: null }];
    const fills = contestant.lengthOption === "numSweeps";
    const length = n > MOST_FOR_SHORT_READS ? LONG_RESTART_LENGTH : contestant.restartLength ?? RESTART_LENGTH;
    if (!fills) return [{ name, length }];
    return [{ name, length }, { name, length: null }];
  });
}

function toBest(
  section: string,
  instances: readonly Instance[],
  names: readonly string[],
  timeLimitMs: number,
  profile: ProfileName,
): Cell[] {
  const seeds = profile === "full" ? [1, 2, 3] : [1];
  return instances.flatMap((instance) =>
    seeds.flatMap((seed) =>
      names.map((name) => {
        const { lengthOption, restartLength = RESTART_LENGTH } = CONTESTANTS.get(name) ?? {};
        return {
          ...at(section, instance, name),
          length: lengthOption === undefined ? null : restartLength,
          timeLimitMs,
          toBest: true,
          seed,
        };
      })
    )
  );
}

// about a second of the reference: it is slow where the model is dense and large
function readsForRate({ n, group }: Instance): number {
  return group.startsWith("random dense") ? 4 : Math.max(4, Math.ceil(2e8 / (200 * n)));
}

function readsForWorkers({ n, group }: Instance): number {
  return group.startsWith("random dense") ? 64 : Math.ceil(4e8 / (1000 * n) / 8) * 8;
}

function turned<T>(list: readonly T[], by: number): T[] {
  const k = by % list.length;
  return [...list.slice(k), ...list.slice(0, k)];
}

function inGroup(instances: readonly Instance[], group: string): Instance[] {
  return instances.filter((instance) => instance.group === group);
}

function named(instances: readonly Instance[], name: string): Instance[] {
  return instances.filter((instance) => instance.name === name);
}

function oneAGroup(instances: readonly Instance[]): Instance[] {
  return [...Map.groupBy(instances, ({ group }) => group).values()].map(([first]) => first);
}
