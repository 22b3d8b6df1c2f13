import { CompensatedSum } from "./_compensated_sum.ts";

const FIRST_CAPACITY = 64;

/** A network of arcs with whole capacities, below 2^52 forth and back together; flows are found by the method of Dinic (1970). */
export class FlowNetwork {
  readonly nodes: number;
  // arc e goes to #to[e], arc e ^ 1 goes back; the arcs of a node are a list from #first[node] over #next
  readonly #first: Int32Array;
  #to = new Int32Array(FIRST_CAPACITY);
  #next = new Int32Array(FIRST_CAPACITY);
  #residual = new Float64Array(FIRST_CAPACITY);
  #arcs = 0;

  constructor(nodes: number) {
    this.nodes = nodes;
    this.#first = new Int32Array(nodes).fill(-1);
  }

  /** Adds an arc. */
  addArc(from: number, to: number, capacity: number): void {
    if (this.#arcs === this.#to.length) this.#grow();
    this.#half(from, to, capacity);
    this.#half(to, from, 0);
  }

  /** Sends as much as goes from source to sink; returns how much. Exact while the sum stays below 2^53. */
  maximise(source: number, sink: number): number {
    const total = new CompensatedSum();
    const current = new Int32Array(this.nodes);
    const level = new Int32Array(this.nodes);
    const path = new Int32Array(this.nodes);
    while (this.#levels(source, level)[sink] >= 0) {
      current.set(this.#first);
      this.#blockingFlow(source, sink, level, current, path, total);
    }
    return total.value;
  }

  /** The nodes that the source reaches over arcs with capacity left: after `maximise`, the smallest side of a minimum cut. */
  reached(source: number): Uint8Array {
    return Uint8Array.from(this.#levels(source, new Int32Array(this.nodes)), (level) => level >= 0 ? 1 : 0);
  }

  #half(from: number, to: number, capacity: number): void {
    const e = this.#arcs++;
    this.#to[e] = to;
    this.#residual[e] = capacity;
    this.#next[e] = this.#first[from];
    this.#first[from] = e;
  }

  #grow(): void {
    const [to, next, residual] = [this.#to, this.#next, this.#residual];
    this.#to = new Int32Array(2 * to.length);
    this.#next = new Int32Array(2 * to.length);
    this.#residual = new Float64Array(2 * to.length);
    this.#to.set(to);
    this.#next.set(next);
    this.#residual.set(residual);
  }

  // distance from the source over arcs with capacity left, -1 where there is no way
  #levels(source: number, level: Int32Array): Int32Array {
    const [to, next, residual] = [this.#to, this.#next, this.#residual];
    const queue = new Int32Array(this.nodes);
    level.fill(-1);
    level[source] = 0;
    queue[0] = source;
    for (let head = 0, tail = 1; head < tail; head++) {
      const node = queue[head];
      for (let e = this.#first[node]; e >= 0; e = next[e]) {
        if (residual[e] > 0 && level[to[e]] < 0) {
          level[to[e]] = level[node] + 1;
          queue[tail++] = to[e];
        }
      }
    }
    return level;
  }

  // walks along rising levels; a path that reaches the sink is filled up, a dead end is stepped back from
  #blockingFlow(
    source: number,
    sink: number,
    level: Int32Array,
    current: Int32Array,
    path: Int32Array,
    total: CompensatedSum,
  ): void {
    const [to, next, residual] = [this.#to, this.#next, this.#residual];
    let length = 0;
    let node = source;
    for (;;) {
      if (node === sink) {
        let flow = Infinity;
        for (let k = 0; k < length; k++) flow = Math.min(flow, residual[path[k]]);
        let keep = length;
        for (let k = length - 1; k >= 0; k--) {
          const e = path[k];
          residual[e] -= flow;
          residual[e ^ 1] += flow;
          if (residual[e] === 0) keep = k;
        }
        total.add(flow);
        length = keep;
        node = to[path[keep] ^ 1];
        continue;
      }
      let e = current[node];
      while (e >= 0 && !(residual[e] > 0 && level[to[e]] === level[node] + 1)) e = next[e];
      current[node] = e;
      if (e >= 0) {
        path[length++] = e;
        node = to[e];
      } else if (length === 0) {
        return;
      } else {
        const back = path[--length];
        node = to[back ^ 1];
        current[node] = next[back];
      }
    }
  }
}
