import {
  checkEmbedding,
  cliqueEmbedding,
  type Embedding,
  EmbeddingError,
  embedKing,
  type HardwareGraph,
  largestClique,
  largestKingClique,
  minorEmbedding,
  pegasusGraph,
  sourceEdges,
  zephyrGraph,
} from "qama/machine";
import { type IsingModel, isingModel, type Model, sparseCouplings } from "qama/model";
import { Rng } from "qama/random";
import { largeNeighbourhoodSearch, lowest, type Sampler, simulatedAnnealing, tabuSearch } from "qama/samplers";

/** What fitting one model onto one machine took. */
export interface FittingRow {
  readonly model: string;
  readonly machine: string;
  readonly method: string;
  readonly ms: number;
  readonly qubits: number;
  readonly longestChain: number;
  readonly meanChain: number;
}

/** What one method reached on one model. */
export interface PiecesRow {
  readonly method: string;
  readonly energy: number;
  readonly pieces: number;
  readonly seconds: number;
}

type Edges = [number, number][];

/** The embeddings that are measured, one after the other. */
export async function* measureFitting(seed: number): AsyncGenerator<FittingRow> {
  const [pegasus, zephyr, larger] = [pegasusGraph(16), zephyrGraph(12), zephyrGraph(15)];
  const king = { width: 384, height: 384 };
  for (const n of [64, 128, largestKingClique(king)]) {
    const model = cliqueModel(n);
    yield timed(`K_${n}`, "king 384 x 384", "embedKing", sourceEdges(model), () => embedKing(model, king));
  }
  for (const target of [pegasus, zephyr, larger]) {
    largestClique(target);
    for (const n of [64, largestClique(target)]) {
      yield timed(`K_${n}`, target.name, "cliqueEmbedding", cliqueEdges(n), () => cliqueEmbedding(n, target));
    }
  }
  const searched: [string, Edges, HardwareGraph][] = [
    ["K_20", cliqueEdges(20), pegasus],
    ["K_64", cliqueEdges(64), pegasus],
    ["3-regular, 200", regularEdges(200, 3, seed), pegasus],
    ["3-regular, 500", regularEdges(500, 3, seed), pegasus],
    ["3-regular, 500", regularEdges(500, 3, seed), zephyr],
    ["4-regular, 500", regularEdges(500, 4, seed), zephyr],
  ];
  for (const [name, edges, target] of searched) {
    try {
      yield await timed(name, target.name, "minorEmbedding", edges, () => minorEmbedding(edges, target, { seed }));
    } catch (error) {
      yield {
        model: name,
        machine: target.name,
        method: error instanceof EmbeddingError ? "found none" : String(error),
        ms: NaN,
        qubits: NaN,
        longestChain: NaN,
        meanChain: NaN,
      };
    }
  }
}

async function timed(
  model: string,
  machine: string,
  method: string,
  edges: Edges,
  find: () => Embedding | Promise<Embedding>,
): Promise<FittingRow> {
  const start = performance.now();
  const embedding = await find();
  const ms = performance.now() - start;
  checkEmbedding(edges, embedding);
  const lengths = embedding.chains.map((chain) => chain.length);
  const qubits = lengths.reduce((sum, length) => sum + length, 0);
  return { model, machine, method, ms, qubits, longestChain: Math.max(...lengths), meanChain: qubits / lengths.length };
}

function cliqueEdges(n: number): Edges {
  return Array.from({ length: n }, (_, i) => Array.from({ length: i }, (_, j): [number, number] => [j, i])).flat();
}

function cliqueModel(n: number): IsingModel {
  return isingModel({ couplings: sparseCouplings(n, cliqueEdges(n).map(([i, j]) => [i, j, 1] as const)) });
}

/** A random graph with d neighbours each, by pairing stubs until no pair comes twice. */
function regularEdges(n: number, degree: number, seed: number): Edges {
  const rng = new Rng(seed);
  const stubs = Uint32Array.from({ length: n * degree }, (_, k) => Math.floor(k / degree));
  for (;;) {
    rng.shuffle(stubs);
    const pairs = new Map<string, [number, number]>();
    for (let k = 0; k < stubs.length; k += 2) {
      const [i, j] = [Math.min(stubs[k], stubs[k + 1]), Math.max(stubs[k], stubs[k + 1])];
      if (i === j || pairs.has(`${i} ${j}`)) break;
      pairs.set(`${i} ${j}`, [i, j]);
    }
    if (pairs.size === stubs.length / 2) return [...pairs.values()];
  }
}

const FOREVER = 1e9;

/** What works as a whole and in pieces of 550 and 2,048, each for the same time. */
function contestants(): { readonly name: string; readonly sampler: Sampler; readonly numReads: number }[] {
  const pieces = (size: number, sampler: Sampler, warmStart: boolean) =>
    largeNeighbourhoodSearch({ size, sampler, warmStart, numRounds: FOREVER });
  const short = simulatedAnnealing({ numSweeps: 200 });
  const tabu = tabuSearch({ numRounds: 2 });
  return [
    { name: "simulatedAnnealing, 1,000 sweeps", sampler: simulatedAnnealing(), numReads: FOREVER },
    {
      name: "simulatedAnnealing, 10,000 sweeps",
      sampler: simulatedAnnealing({ numSweeps: 10_000 }),
      numReads: FOREVER,
    },
    { name: "pieces of 550, annealing", sampler: pieces(550, short, false), numReads: 1 },
    { name: "pieces of 2,048, annealing", sampler: pieces(2048, short, false), numReads: 1 },
    { name: "pieces of 550, tabu", sampler: pieces(550, tabu, true), numReads: 1 },
    { name: "pieces of 2,048, tabu", sampler: pieces(2048, tabu, true), numReads: 1 },
  ];
}

/** Runs every contestant on a model for the same time; every second seed in the other order. */
export async function measurePieces(model: Model, seed: number, timeLimitMs: number): Promise<PiecesRow[]> {
  const all = contestants();
  const rows: PiecesRow[] = [];
  for (const { name, sampler, numReads } of seed % 2 === 0 ? all : all.toReversed()) {
    const start = performance.now();
    const set = await sampler.sample(model, { seed, numReads, timeLimitMs });
    const seconds = (performance.now() - start) / 1000;
    rows.push({ method: name, energy: lowest(set).energy, pieces: Number(set.story.findings.pieces ?? 0), seconds });
  }
  return seed % 2 === 0 ? rows : rows.toReversed();
}
