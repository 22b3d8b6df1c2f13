import { assert, assertEquals } from "@std/assert";
import { machineSoak } from "./_machine_soak.ts";

Deno.test("machineSoak() of a machine that cannot look jobs up loses none and sends none twice, with faults and kills", async () => {
  const options = { jobs: 150, kills: 3, faults: "all:0.2", concurrency: 16, seed: 1 };
  const report = await machineSoak({ machine: "isingq", ...options });
  assertEquals([report.lost, report.acceptedTwice, report.filesWithKey, report.reEnergised, report.kills], [
    0,
    0,
    0,
    150,
    3,
  ]);
  assertEquals(report.accepted, 150 + report.lostByMachine);
  // with these many faults some are met, or nothing was shown
  assert(report.adopted > 0 && report.forgotten > 0 && report.lostByMachine > 0, JSON.stringify(report));
});

Deno.test("machineSoak() of a machine that finds jobs by their label leaves the user nothing to do, and names wrong energies", async () => {
  const options = { jobs: 200, kills: 3, faults: "all:0.2", concurrency: 16, seed: 2 };
  const report = await machineSoak({ machine: "dwave", ...options });
  assertEquals([report.lost, report.acceptedTwice, report.filesWithKey, report.reEnergised, report.kills], [
    0,
    0,
    0,
    200,
    3,
  ]);
  assertEquals([report.adopted, report.forgotten], [0, 0]);
  const { energyChecks } = report;
  for (const name of ["sign", "factor-2", "missing-offset", "bit-order"]) {
    assert(energyChecks[name] > 0, `${name} in ${JSON.stringify(energyChecks)}`);
  }
});
