import { energy, fingerprint, type Instance, parseProblem } from "../../lib/model/mod.ts";
import { pathToFileURL } from "node:url";
import { INSTANCE_SET_SCHEMA, type InstanceEntry, type InstanceIndex } from "./types.ts";

const ENERGY_TOLERANCE = 1e-12;

/**
 * Reads a set of instances that `writeInstanceSet` wrote, and checks it: every fingerprint, and that every ground state has the
 * ground energy of the index.
 *
 * @param folder a path, or the URL of a folder, with a slash at its end
 * @returns fresh instances, in the order of the index
 * @throws {Deno.errors.NotFound} if the index or a file of it is missing
 * @throws {SyntaxError} if the index or a file is unreadable
 * @throws {TypeError} if a model is not the one of its fingerprint, or a ground state has another energy than the index says
 *
 * Cost O(n^2) a dense instance, a few ms.
 *
 * @example A folder without an index
 * ```ts
 * import { readInstanceSet } from "qama/datasets";
 * import { assertRejects } from "@std/assert";
 * const folder = await Deno.makeTempDir();
 * await assertRejects(() => readInstanceSet(folder), Deno.errors.NotFound, "index.json");
 * ```
 */
export async function readInstanceSet(folder: string | URL): Promise<Instance[]> {
  const base = typeof folder === "string" ? new URL(`${pathToFileURL(folder).href}/`) : folder;
  const index = new TextDecoder().decode(await bytesOf(new URL("index.json", base)));
  const { instances } = readIndex(index, `${folder}`);
  return await Promise.all(instances.map(async (entry) => checked(entry, await bytesOf(new URL(entry.file, base)))));
}

async function bytesOf(url: URL): Promise<Uint8Array> {
  if (url.protocol === "file:") {
    try {
      return await Deno.readFile(url);
    } catch (cause) {
      if (!(cause instanceof Deno.errors.NotFound)) throw cause;
      throw new Deno.errors.NotFound(`Cannot read the set of instances: there is no ${url.pathname}`, { cause });
    }
  }
  const response = await fetch(url);
  if (response.ok) return await response.bytes();
  throw new Deno.errors.NotFound(`Cannot read the set of instances: ${url} answered ${response.status}`);
}

function readIndex(source: string, folder: string): InstanceIndex {
  const cannot = `Cannot read the index of ${folder}`;
  let index: Partial<InstanceIndex> | null;
  try {
    index = JSON.parse(source);
  } catch (cause) {
    throw new SyntaxError(`${cannot}: it is no JSON`, { cause });
  }
  if (index?.schema !== INSTANCE_SET_SCHEMA || !Array.isArray(index.instances)) {
    throw new SyntaxError(
      `${cannot}: expected schema ${INSTANCE_SET_SCHEMA} and instances, got schema ${index?.schema}`,
    );
  }
  const wrong = index.instances.findIndex((entry: Partial<InstanceEntry> | null) =>
    [entry?.name, entry?.file, entry?.fingerprint].some((text) => typeof text !== "string")
  );
  if (wrong >= 0) {
    throw new SyntaxError(`${cannot}: instance ${wrong} lacks a name, a file or a fingerprint; fetch the set again`);
  }
  return index as InstanceIndex;
}

async function checked(entry: InstanceEntry, source: Uint8Array): Promise<Instance> {
  const { file, n: _n, vartype: _vartype, fingerprint: expected, groundState: signs, ...rest } = entry;
  const { model } = await parseProblem(source, { format: "bqm-json", path: file });
  const found = fingerprint(model);
  if (found !== expected) {
    throw new TypeError(
      `Cannot use ${file}: its fingerprint is ${found}, the index says ${expected}; fetch the set again`,
    );
  }
  if (signs === undefined) return { ...rest, model };
  const down = model.vartype === "qubo" ? 0 : -1;
  const groundState = Int8Array.from(signs, (sign) => sign === "1" || sign === "+" ? 1 : down);
  const own = groundState.length === model.n ? energy(model, groundState) : NaN;
  const { groundEnergy = NaN } = rest;
  if (!(Math.abs(own - groundEnergy) <= ENERGY_TOLERANCE * Math.max(1, Math.abs(groundEnergy)))) {
    throw new TypeError(`Cannot use ${file}: its ground state has energy ${own}, the index says ${groundEnergy}`);
  }
  return { ...rest, model, groundState };
}
