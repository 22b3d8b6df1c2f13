import type { HardwareGraph } from "./types.ts";

const TILE = 12;

/** Qubits in a row, each coupled to the next. */
export interface Line {
  /** 0 vertical, 1 horizontal. */
  readonly u: number;
  /** Where it lies across its direction; a vertical and a horizontal line of one place cross in the diagonal. */
  readonly place: number;
  /** By index. */
  readonly qubits: readonly number[];
  /** The lines across that it is coupled to: which of its qubits, and which of theirs, counted along the lines. */
  readonly meets: Map<Line, readonly [own: number, other: number]>;
}

/** The lines of Pegasus or Zephyr that work from end to end; undefined for another graph. */
export function linesOf(target: HardwareGraph): Line[] | undefined {
  const [, family, size, tile] = /^(pegasus|zephyr) (\d+)(?: x (\d+))?$/.exec(target.name) ?? [];
  if (family === undefined) return undefined;
  const m = Number(size);
  const [places, length] = family === "pegasus" ? [TILE * m, m - 1] : [(2 * m + 1) * Number(tile ?? 4) * 2, m];
  const index = new Map<number, number>();
  target.nodes.forEach((node, i) => index.set(node, i));
  const lines: Line[] = [];
  for (let u = 0; u < 2; u++) {
    for (let place = 0; place < places; place++) {
      // both number their qubits along lines, line after line
      const qubits = Array.from({ length }, (_, z) => index.get((u * places + place) * length + z) ?? -1);
      if (qubits.every((qubit, z) => qubit >= 0 && (z === 0 || coupled(target, qubits[z - 1], qubit)))) {
        lines.push({ u, place, qubits, meets: new Map() });
      }
    }
  }
  findMeetings(target, lines);
  return lines;
}

function findMeetings({ nodes, rowPtr, columns }: HardwareGraph, lines: readonly Line[]): void {
  const lineOf = new Int32Array(nodes.length).fill(-1);
  const alongOf = new Int32Array(nodes.length);
  lines.forEach(({ qubits }, l) =>
    qubits.forEach((qubit, along) => {
      lineOf[qubit] = l;
      alongOf[qubit] = along;
    })
  );
  for (const line of lines) {
    line.qubits.forEach((qubit, along) => {
      for (let k = rowPtr[qubit]; k < rowPtr[qubit + 1]; k++) {
        const other = lines[lineOf[columns[k]]];
        if (other !== undefined && other.u !== line.u) line.meets.set(other, [along, alongOf[columns[k]]]);
      }
    });
  }
}

function coupled({ rowPtr, columns }: HardwareGraph, a: number, b: number): boolean {
  for (let k = rowPtr[a]; k < rowPtr[a + 1]; k++) if (columns[k] === b) return true;
  return false;
}
