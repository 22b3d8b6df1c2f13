/** The qubits of a machine and which of them are coupled. */
export interface HardwareGraph {
  /** What it is, `pegasus 16`. */
  readonly name: string;
  /** The machine's number of each qubit, `[n]`, ascending; everything else here counts by index into it. */
  readonly nodes: Uint32Array;
  /** `[n + 1]`: the neighbours of qubit i are at `rowPtr[i] .. rowPtr[i + 1] - 1`. */
  readonly rowPtr: Uint32Array;
  /** Neighbours, by index, ascending within a row; every coupler is listed in both directions. */
  readonly columns: Uint32Array;
}

/** Which qubits stand for which variable: a graph minor. */
export interface Embedding {
  /** The machine's graph. */
  readonly target: HardwareGraph;
  /** The chain of each variable: qubits by index into `target.nodes`, connected, shared with no other variable. */
  readonly chains: readonly Uint32Array[];
}

/** Pairs of variables that are to be coupled, 0-based. */
export type SourceEdges = Iterable<readonly [i: number, j: number]>;
