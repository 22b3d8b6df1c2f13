import { assert, assertEquals } from "@std/assert";
import { withoutNats } from "../lib/experiments/_test_nats_server.ts";
import { whyNoHosts } from "./_nats_hosts.ts";
import { natsSoak } from "./_nats_soak.ts";

// without a server a note says so already
const why = withoutNats ? "there is no nats-server" : await whyNoHosts();
if (!withoutNats && why !== null) console.log(`note: the soak of the NATS queue is ignored: ${why}`);

Deno.test({
  name: "natsSoak() loses no task, counts none twice and gives a local run's records, whatever dies, is cut or full",
  ignore: why !== null,
  async fn() {
    const report = await natsSoak({ tasks: 1000, ms: 20, kills: 1, awayMs: 1500, seed: 2 });
    const { tasks, lost, wrong, dead, countedTwice, waiting, records, runs, equalRuns, troubles } = report;
    assertEquals({ lost, wrong, dead, countedTwice, waiting }, {
      lost: 0,
      wrong: 0,
      dead: [],
      countedTwice: 0,
      waiting: 0,
    });
    assertEquals([records, equalRuns], [tasks + runs, runs]);
    // each met tasks that were not done, or nothing was shown
    assertEquals(troubles.length, 6);
    assert(troubles.every(({ after }) => after < tasks), JSON.stringify(troubles));
  },
});
