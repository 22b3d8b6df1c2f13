import { dirname } from "node:path";
import { checkOptionNames, type Instance, nearestName, readProblem } from "../../lib/model/mod.ts";
import { DataUnavailableError, findFiles } from "../cache/mod.ts";
import { type PublishedEntry, publishedList, type PublishedSet } from "./published_list.ts";

const CANNOT = "Cannot load the published instances";
const SETS: readonly PublishedSet[] = ["sk", "mc50", "gset", "qubo"];
const WAY_OUT = "see the README of the data for where the files come from";

/** Options of {@link loadPublishedInstances}. */
export interface LoadPublishedInstancesOptions {
  /** Which sets. @default {all: sk, mc50, gset, qubo} */
  readonly sets?: readonly PublishedSet[];
  /** Which instances, by name, whole: `sk-n10-0`, `G22`. @default {all of the sets} */
  readonly names?: readonly string[];
  /** Most variables: larger ones are passed over. @default {no limit} */
  readonly maxVariables?: number;
  /** Folder that holds `ising/`, `gset/` and `qubo/`. @default {`QAMA_DATA_DIR`; else `shared/data` beside the checkout} */
  readonly dataDir?: string;
}

/**
 * Loads published instances, whole: Sherrington-Kirkpatrick and 50 % Max-Cut of Hamerly et al., G-set, Beasley and Glover QUBOs.
 *
 * The `sk` and `mc50` sets come with ground energies, which are the instances' `groundEnergy`, `proof` naming the publication. Best
 * known values of the others prove nothing: they are `parameters.bestKnown`, in our convention (minus the cut), null where
 * none is known. Parts of an instance: `subInstance`.
 *
 * @returns fresh instances, in the order of the lists; `family` is the set
 * @throws {RangeError} if a set or a name is none that there is (the message names the nearest)
 * @throws {Deno.errors.NotFound} if the folder that the user named lacks the lists, or a file is missing
 * @throws {DataUnavailableError} if no folder was named and the data are not beside the checkout
 *
 * Cost reading the lists and the files, O(couplings): some 0.1 s for 20000 of them.
 * Source: Hamerly et al., Sci. Adv. 5, eaau0823 (2019), DOI 10.1126/sciadv.aau0823; Helmberg and Rendl (2000), DOI
 * 10.1137/S1052623497328987, for G-set; Beasley, OR-Library; Glover, Kochenberger and Alidaee (1998), DOI 10.1287/mnsc.44.3.336.
 *
 * @example A name that there is not
 * ```ts
 * import { loadPublishedInstances } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const wrong = { sets: ["skk"] } as never;
 * await assertRejects(() => loadPublishedInstances(wrong), RangeError, "did you mean sk?");
 * ```
 */
export async function loadPublishedInstances(options: LoadPublishedInstancesOptions = {}): Promise<Instance[]> {
  checkOptionNames(CANNOT, options, ["sets", "names", "maxVariables", "dataDir"]);
  const { sets = SETS, names, maxVariables = Infinity, dataDir } = options;
  for (const set of sets) checkKnown("set", set, SETS);
  const where = dataDir === undefined ? {} : { dataDir };
  const files = ["ground_energies.csv"];
  const found = await findFiles("the published instances", [{ folders: ["ising"], files }], {
    ...where,
    wayOut: WAY_OUT,
  });
  const path = found?.get(files[0]);
  if (path === undefined) {
    throw new DataUnavailableError(
      `${CANNOT}: they are not on this machine; name their folder with dataDir or QAMA_DATA_DIR`,
    );
  }
  const all = (await publishedList(dirname(dirname(path)))).filter(({ set }) => sets.includes(set));
  for (const name of names ?? []) checkKnown("instance", name, all.map((entry) => entry.name));
  const chosen = all.filter(({ name, n }) => n <= maxVariables && (names === undefined || names.includes(name)));
  return await Promise.all(chosen.map(load));
}

async function load({ name, set, path, as, n, best, note }: PublishedEntry): Promise<Instance> {
  const { model } = await readProblem(path, { as, format: "rudy" });
  const proved = set === "sk" || set === "mc50";
  const from =
    { sk: "Hamerly et al. 2019", mc50: "Hamerly et al. 2019", gset: "G-set", qubo: "Beasley and Glover" }[set];
  return {
    name,
    family: set,
    model,
    parameters: { n, ...proved ? {} : { bestKnown: best, ...note !== undefined && { note } } },
    provenance: `published instance ${name}, ${from}, read as ${as}`,
    ...proved && best !== null && { groundEnergy: best, proof: from },
  };
}

function checkKnown(what: string, name: string, known: readonly string[]): void {
  if (known.includes(name)) return;
  const near = nearestName(name, known);
  const meant = near === undefined
    ? known.length <= 8 ? `; known are ${known.join(", ")}` : ""
    : `; did you mean ${near}?`;
  throw new RangeError(`${CANNOT}: there is no ${what} "${name}"${meant}`);
}
