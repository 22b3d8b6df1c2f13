import { type Column, markdownTable } from "../display/mod.ts";
import { checkedForm, type ValueForm } from "./_check_form.ts";
import { readRecordJson } from "./_read_json.ts";
import { CODE_FORM, MACHINE_FORM } from "./_signed_record.ts";
import type { CodeVersion, MachineDescription } from "./types.ts";

/** The version of the form of a {@link CircuitPeerRecord}. */
export const CIRCUIT_PEER_SCHEMA = 1;

/** Times of one run over the counted rounds, ms. */
export interface CircuitPeerTiming {
  /** Smallest time. */
  readonly min: number;
  /** Median time. */
  readonly median: number;
}

/** One circuit, run here and there. */
export interface CircuitPeerRow {
  /** What is run. */
  readonly what: string;
  /** `state`: to the state, by the methods of their state vector. `expectation`: what a user calls, one expectation. */
  readonly how: "state" | "expectation";
  /** Gates of a run. */
  readonly gates: number;
  /** Compiled loops of ours. */
  readonly ours: CircuitPeerTiming;
  /** Their readable twins in TypeScript. */
  readonly typescript: CircuitPeerTiming;
  /** PennyLane's lightning.qubit. */
  readonly peer: CircuitPeerTiming;
}

/** Circuits timed here and on PennyLane's lightning.qubit, in one run. */
export interface CircuitPeerRecord {
  /** {@link CIRCUIT_PEER_SCHEMA}. */
  readonly schema: typeof CIRCUIT_PEER_SCHEMA;
  /** Version of PennyLane. */
  readonly pennylane: string;
  /** Version of lightning.qubit. */
  readonly lightning: string;
  /** n. */
  readonly qubits: number;
  /** Counted rounds. */
  readonly rounds: number;
  /** Largest distance of an amplitude, or of an expectation, from theirs. */
  readonly largestDifference: number;
  /** Bytes read and written a nanosecond where 256 MiB are copied, in the same run. */
  readonly copyGigabytesPerSecond: number;
  /** What was run. */
  readonly rows: readonly CircuitPeerRow[];
  /** The program that measured. */
  readonly code: CodeVersion;
  /** Where it did. */
  readonly machine: MachineDescription;
  /** When it began: ISO 8601, UTC. */
  readonly startedAt: string;
}

const TIMING = { fields: { min: "amount", median: "amount" } } as const;
const FORM: ValueForm = {
  fields: {
    ...{ schema: { choices: [CIRCUIT_PEER_SCHEMA] }, pennylane: "string", lightning: "string", qubits: "count" },
    ...{ rounds: "count", largestDifference: "amount", copyGigabytesPerSecond: "amount", startedAt: "string" },
    rows: {
      list: {
        fields: {
          ...{ what: "string", how: { choices: ["state", "expectation"] }, gates: "count" },
          ...{ ours: TIMING, typescript: TIMING, peer: TIMING },
        },
      },
    },
    ...{ code: CODE_FORM, machine: MACHINE_FORM },
  },
};

/**
 * Reads times beside PennyLane and checks their form.
 *
 * @throws {Deno.errors.NotFound} if there is no such file
 * @throws {SyntaxError} if the file is not JSON
 * @throws {TypeError} if it is JSON of another form: the message names the field
 */
export async function readCircuitPeerRecord(path: string): Promise<CircuitPeerRecord> {
  const value = await readRecordJson(path, "time the circuits again");
  return checkedForm(value, FORM, "", (field, expected) => {
    throw new TypeError(`Cannot read the record ${path}: ${field} must be ${expected}; time the circuits again`);
  }) as CircuitPeerRecord;
}

const COLUMNS: readonly Column[] = [
  { title: "circuit" },
  { title: "gates", align: "right" },
  { title: "ours, ms", align: "right" },
  { title: "lightning.qubit, ms", align: "right" },
  { title: "TypeScript twin, ms", align: "right" },
  { title: "ours, gates/s", align: "right" },
  { title: "lightning, gates/s", align: "right" },
  { title: "ours, GB/s", align: "right" },
  { title: "lightning, GB/s", align: "right" },
  { title: "lightning / ours", align: "right" },
  { title: "twin / ours", align: "right" },
];

/** Bytes of an amplitude, read and written. */
const MOVED = 32;
/** Closer to each other than this, by medians or by smallest times, two are not told apart. */
const ALIKE = 1.1;

/**
 * Renders times beside PennyLane: sentences that say who is faster, and a table.
 *
 * @param record what was timed
 * @returns findings, a table in Markdown, and all of it in one sentence
 *
 * Cost O(rows).
 * Source: none needed.
 *
 * @example Half the time
 * ```ts
 * import { circuitPeerReport, type CircuitPeerRecord } from "qama/experiments";
 * import { assertStringIncludes } from "@std/assert";
 * const [ours, typescript, peer] = [1, 10, 2].map((ms) => ({ min: ms, median: ms }));
 * const rows = [{ what: "one gate", how: "state", gates: 1, ours, typescript, peer }] as const;
 * const record = { qubits: 2, rows, largestDifference: 0, copyGigabytesPerSecond: 1 } as unknown as CircuitPeerRecord;
 * assertStringIncludes(circuitPeerReport(record).findings[1], "one gate (2.0 times)");
 * ```
 */
export function circuitPeerReport(
  record: CircuitPeerRecord,
): { readonly findings: readonly string[]; readonly table: string; readonly summary: string } {
  const { qubits, rows, largestDifference, copyGigabytesPerSecond } = record;
  const name = ({ what, how }: CircuitPeerRow) => how === "state" ? what : `${what}, as a user calls it`;
  const ratio = ({ ours, peer }: CircuitPeerRow) => peer.median / ours.median;
  const least = ({ ours, peer }: CircuitPeerRow) => peer.min / ours.min;
  const sure = (row: CircuitPeerRow) =>
    Math.min(ratio(row), least(row)) > ALIKE ? 1 : Math.max(ratio(row), least(row)) < 1 / ALIKE ? -1 : 0;
  const faster = (whose: string, sign: 1 | -1) => {
    const list = rows.filter((row) => sure(row) === sign).map((row) =>
      `${name(row)} (${(ratio(row) ** sign).toFixed(1)} times)`
    );
    return list.length === 0 ? [] : [`${whose} faster: ${list.join("; ")}.`];
  };
  const times = (how: CircuitPeerRow["how"]) => {
    const own = rows.filter((row) => row.how === how).map((row) => 1 / ratio(row));
    const words = how === "state" ? "gate by gate" : "where a user asks for an expectation";
    return own.length === 0 ? [] : [`${range(own)} times as long ${words}`];
  };
  // a CZ moves a quarter, and a learned layer is joined: what is left is a pass a gate
  const whole = rows.filter(({ what, how }) => how === "state" && !/CZ|layer/.test(what));
  const moved = (row: CircuitPeerRow, ms: number) => row.gates * 2 ** qubits * MOVED / ms / 1e6;
  const shares = whole.map((row) => moved(row, row.ours.median) / copyGigabytesPerSecond);
  const twins = range(rows.map(({ ours, typescript }) => typescript.median / ours.median));
  const alike = rows.filter((row) => sure(row) === 0).map(name);
  return {
    findings: [
      ...shares.length === 0 ? [] : [
        `Where a gate is a pass over the whole state, ours moves it at ${
          range(shares)
        } times the rate at which 256 MiB are copied ` +
        `(${copyGigabytesPerSecond.toFixed(1)} GB/s): the state of ${qubits} qubits stays in the cache.`,
      ],
      ...faster("Ours is", 1),
      ...faster("PennyLane's lightning.qubit is", -1),
      ...alike.length === 0 ? [] : [`Not told apart: ${alike.join("; ")}.`],
      `The compiled loops are ${twins} times as fast as ` +
      `their twins in TypeScript. Amplitudes and expectations differ from PennyLane's by ${
        largestDifference.toExponential(1)
      } at most.`,
    ],
    summary: `${qubits} qubits, one thread each: beside PennyLane's lightning.qubit ours takes ${
      [...times("state"), ...times("expectation")].join(", ")
    }; it is ${twins} times as fast as its TypeScript twin.`,
    table: markdownTable(
      COLUMNS,
      rows.map((row) => {
        const { gates, ours, peer, typescript } = row;
        const rate = (ms: number) => Math.round(gates / ms * 1e3).toLocaleString("en");
        return [
          ...[name(row), String(gates), ours.median.toFixed(2), peer.median.toFixed(2), typescript.median.toFixed(1)],
          ...[
            rate(ours.median),
            rate(peer.median),
            moved(row, ours.median).toFixed(1),
            moved(row, peer.median).toFixed(1),
          ],
          ...[ratio(row).toFixed(2), (typescript.median / ours.median).toFixed(1)],
        ];
      }),
    ),
  };
}

function range(values: readonly number[]): string {
  return `${Math.min(...values).toFixed(1)} to ${Math.max(...values).toFixed(1)}`;
}
