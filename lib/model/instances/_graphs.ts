import type { Rng } from "../../random/mod.ts";

/** A pair of vertices. */
export type Edge = readonly [i: number, j: number];

/** A lattice of `rows` x `columns` sites, site `(r, c)` being `r columns + c`; round both ways if periodic (3 or more a side). */
export function squareLattice(rows: number, columns: number, periodic: boolean): Edge[] {
  const edges: Edge[] = [];
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      if (c + 1 < columns || periodic) edges.push([r * columns + c, r * columns + (c + 1) % columns]);
      if (r + 1 < rows || periodic) edges.push([r * columns + c, ((r + 1) % rows) * columns + c]);
    }
  }
  return edges;
}

/** Every pair. */
export function completeGraph(n: number): Edge[] {
  const edges: Edge[] = [];
  for (let i = 0; i < n; i++) for (let j = i + 1; j < n; j++) edges.push([i, j]);
  return edges;
}

/** A simple 3-regular graph, every one of n vertices (n even) alike likely: random pairings of 3 n ends until one is simple. */
export function cubicGraph(n: number, rng: Rng): Edge[] {
  const ends = new Uint32Array(3 * n);
  // about one pairing in exp(2) is simple
  for (;;) {
    for (let k = 0; k < ends.length; k++) ends[k] = Math.floor(k / 3);
    rng.shuffle(ends);
    const edges: Edge[] = [];
    const seen = new Set<number>();
    for (let k = 0; k < ends.length; k += 2) {
      const [i, j] = [Math.min(ends[k], ends[k + 1]), Math.max(ends[k], ends[k + 1])];
      if (i === j || seen.has(i * n + j)) break;
      seen.add(i * n + j);
      edges.push([i, j]);
    }
    if (2 * edges.length === ends.length) return edges.sort(([a, b], [c, d]) => a - c || b - d);
  }
}

/** The two sides of the squarest rectangle of n sites; `[1, n]` where n is prime. */
export function squarestSides(n: number): readonly [rows: number, columns: number] {
  let rows = Math.floor(Math.sqrt(n));
  while (n % rows !== 0) rows--;
  return [rows, n / rows];
}
