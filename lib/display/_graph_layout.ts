/**
 * Places the nodes of a graph so that their distances come close to the numbers of edges between them.
 *
 * Stress majorization, weights 1 / distance^2; starts from a spiral, so that the same graph is always drawn alike.
 *
 * @returns `[n, 2]`, from 0 to 1
 */
export function graphLayout(n: number, edges: readonly (readonly [number, number, number])[]): Float64Array {
  const distances = hops(n, edges);
  const at = new Float64Array(2 * n);
  for (let i = 0; i < n; i++) {
    const [turn, reach] = [i * Math.PI * (3 - Math.sqrt(5)), Math.sqrt(i + 0.5)];
    at[2 * i] = reach * Math.cos(turn);
    at[2 * i + 1] = reach * Math.sin(turn);
  }
  for (let sweep = 0; sweep < 200; sweep++) {
    for (let i = 0; i < n; i++) {
      let [sumX, sumY, total] = [0, 0, 0];
      for (let j = 0; j < n; j++) {
        if (j === i) continue;
        const wanted = distances[i * n + j];
        const [dx, dy] = [at[2 * i] - at[2 * j], at[2 * i + 1] - at[2 * j + 1]];
        const far = Math.max(1e-9, Math.hypot(dx, dy));
        const weight = 1 / wanted ** 2;
        sumX += weight * (at[2 * j] + wanted * dx / far);
        sumY += weight * (at[2 * j + 1] + wanted * dy / far);
        total += weight;
      }
      if (total === 0) continue;
      at[2 * i] = sumX / total;
      at[2 * i + 1] = sumY / total;
    }
  }
  let [lowX, highX, lowY, highY] = [Infinity, -Infinity, Infinity, -Infinity];
  for (let i = 0; i < n; i++) {
    [lowX, highX] = [Math.min(lowX, at[2 * i]), Math.max(highX, at[2 * i])];
    [lowY, highY] = [Math.min(lowY, at[2 * i + 1]), Math.max(highY, at[2 * i + 1])];
  }
  // one scale for both, the shorter side in the middle
  const scale = Math.max(highX - lowX, highY - lowY, 1e-9);
  for (let i = 0; i < n; i++) {
    at[2 * i] = 0.5 + (at[2 * i] - (lowX + highX) / 2) / scale;
    at[2 * i + 1] = 0.5 + (at[2 * i + 1] - (lowY + highY) / 2) / scale;
  }
  return at;
}

/** Edges between every two nodes, `[n, n]`; nodes of different parts are as far as the longest way, and one more. */
function hops(n: number, edges: readonly (readonly [number, number, number])[]): Float64Array {
  const neighbours: number[][] = Array.from({ length: n }, () => []);
  for (const [i, j] of edges) {
    neighbours[i].push(j);
    neighbours[j].push(i);
  }
  const distances = new Float64Array(n * n).fill(Infinity);
  let longest = 1;
  for (let from = 0; from < n; from++) {
    distances[from * n + from] = 0;
    const queue = [from];
    for (const i of queue) {
      for (const j of neighbours[i]) {
        if (distances[from * n + j] !== Infinity) continue;
        distances[from * n + j] = distances[from * n + i] + 1;
        longest = Math.max(longest, distances[from * n + j]);
        queue.push(j);
      }
    }
  }
  return distances.map((distance) => distance === Infinity ? Math.min(longest + 1, 4) : distance);
}
