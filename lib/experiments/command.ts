import { defaultOperators, operatorOrder } from "./operators.ts";
import { type ProfileName, profiles } from "./profiles.ts";
import type { RunRecord } from "./types.ts";

/**
 * Writes the command that makes the records of a profile again.
 *
 * @param records of one experiment and one profile, at least one
 * @returns `deno task reproduce --profile ...` with data sets, operators and seeds where they are not the profile's own
 * @throws {RangeError} if there is no record
 *
 * Cost O(records).
 * Source: none needed.
 *
 * @example One operator, one seed
 * ```ts
 * import { commandOf, exampleRecord } from "qama/experiments";
 * import { assertEquals } from "@std/assert";
 * assertEquals(commandOf([exampleRecord()]), "deno task reproduce --profile smoke --only example --operators mha");
 * ```
 */
export function commandOf(records: readonly RunRecord[]): string {
  if (records.length === 0) throw new RangeError("Cannot name the command: there is no record");
  const [, profile, epochs, doubled] = records[0].profile.match(/^(.*?)(?:-(\d+)-epochs)?(-double-softmax)?$/) ?? [];
  const own = Object.hasOwn(profiles, profile) ? profiles[profile as ProfileName] : undefined;
  const data = [...new Set(records.map((record) => record.data.name))];
  const used = (records: readonly RunRecord[]) => {
    const names = new Set(records.map((record) => record.operator));
    return operatorOrder.filter((operator) => names.has(operator));
  };
  const operators = used(records);
  const usual = data.every((name) => {
    const ran = used(records.filter((record) => record.data.name === name));
    return ran.join() === defaultOperators(name, own ?? { peers: false }).join();
  });
  const seeds = [...new Set(records.map((record) => record.seed))].sort((a, b) => a - b);
  const parts = ["deno task reproduce", `--profile ${profile}`];
  if (data.toSorted().join() !== own?.data.toSorted().join()) parts.push(`--only ${data.join(",")}`);
  if (!usual) parts.push(`--operators ${operators.join(",")}`);
  if (seeds.join() !== own?.seeds.join()) {
    const counted = seeds.every((seed, i) => seed === i + 1);
    parts.push(`--seeds ${counted ? seeds.length : seeds.join(",") + (seeds.length === 1 ? "," : "")}`);
  }
  if (epochs !== undefined) parts.push(`--epochs ${epochs}`);
  if (doubled !== undefined) parts.push("--text-head doubleSoftmax");
  if (records.some(({ data }) => data.text && "features" in data.text)) parts.push("--features");
  return parts.join(" ");
}
