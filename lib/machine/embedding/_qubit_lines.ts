import { pegasusGraph } from "./pegasus_graph.ts";
import type { HardwareGraph } from "./types.ts";
import { zephyrGraph } from "./zephyr_graph.ts";

const TILE = 12;
const LARGEST = 24;

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
  const shape = namedShape(target.name) ?? recognisedShape(target);
  if (shape === undefined) return undefined;
  const { places, length } = shape;
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

interface Shape {
  readonly places: number;
  readonly length: number;
}

function shapeOf(family: string, m: number, tile = 4): Shape {
  return family === "pegasus" ? { places: TILE * m, length: m - 1 } : { places: (2 * m + 1) * tile * 2, length: m };
}

function namedShape(name: string): Shape | undefined {
  const [, family, size, tile] = /^(pegasus|zephyr) (\d+)(?: x (\d+))?$/.exec(name) ?? [];
  return family === undefined ? undefined : shapeOf(family, Number(size), tile === undefined ? 4 : Number(tile));
}

// a machine's graph with a name of its own: the family and size, if any, that has all of its couplers under these numbers
function recognisedShape(target: HardwareGraph): Shape | undefined {
  const last = target.nodes.at(-1);
  if (last === undefined || target.columns.length === 0) return undefined;
  for (let m = 2; m <= LARGEST; m++) {
    // qubits may be missing at the end, but hardly a tenth of them
    const near = (qubits: number) => last < qubits && last > 0.9 * qubits;
    if (near(24 * m * (m - 1)) && isPart(target, pegasusGraph(m))) return shapeOf("pegasus", m);
    if (near(16 * m * (2 * m + 1)) && isPart(target, zephyrGraph(m))) return shapeOf("zephyr", m);
  }
  return undefined;
}

function isPart(target: HardwareGraph, whole: HardwareGraph): boolean {
  const index = new Map<number, number>();
  whole.nodes.forEach((node, i) => index.set(node, i));
  return target.nodes.every((node, i) => {
    const own = index.get(node);
    if (own === undefined) return false;
    for (let k = target.rowPtr[i]; k < target.rowPtr[i + 1]; k++) {
      const other = index.get(target.nodes[target.columns[k]]);
      if (other === undefined || !coupled(whole, own, other)) return false;
    }
    return true;
  });
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
