/*
 * Says which data sets are on this machine, without the network: a line of JSON, files and SHA-256 by name. A process of its
 * own, for loading them takes memory that is not given back. The folder of data sets as argument, or none.
 */
import { DATA_NAMES, loadWhole } from "./_reproduce_data.ts";

const [dataDir] = Deno.args;
const found: Record<string, Readonly<Record<string, string>>> = {};
for (const name of DATA_NAMES) {
  try {
    found[name] = (await loadWhole(name, dataDir === undefined ? {} : { dataDir })).checksums;
  } catch {
    // it is not here, or damaged: a task that needs it says so
  }
}
console.log(JSON.stringify(found));
