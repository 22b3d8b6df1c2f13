import { samplerConformance } from "../testing/mod.ts";
import { exactEnumeration, greedyDescent, randomSampler, simulatedAnnealing } from "./mod.ts";

const SUITES = [
  {
    name: "simulatedAnnealing()",
    laws: samplerConformance(() => simulatedAnnealing({ numSweeps: 100 }), {
      longRead: () => simulatedAnnealing({ numSweeps: 1e12 }),
    }),
  },
  {
    name: "simulatedAnnealing({ acceptance: gibbs, betaSchedule: adaptive })",
    laws: samplerConformance(
      () => simulatedAnnealing({ numSweeps: 100, acceptance: "gibbs", betaSchedule: "adaptive" }),
    ),
  },
  { name: "exactEnumeration()", laws: samplerConformance(exactEnumeration, { distinctRows: true }) },
  { name: "greedyDescent()", laws: samplerConformance(greedyDescent) },
  { name: "randomSampler()", laws: samplerConformance(randomSampler, { findsOptimum: false }) },
];

for (const { name, laws } of SUITES) {
  for (const law of laws) Deno.test(`${name} ${law.name}`, () => law.run());
}
