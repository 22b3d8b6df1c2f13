import type { Bytes, Floats } from "./arena.ts";
import type { HeadAnnealing } from "./head_annealing.ts";
import type { HeadShape, RowLayout } from "./heads.ts";

/** Attention heads as energies: annealing and the two readouts. Part of `Kernels`, where the conventions stand. */
export interface HeadKernels {
  /** Copies q, k and the fields (plus `positional` `[H, N]`) of projected rows to `[S, H, N, 2 dp]` and `[S, H, N]`. */
  packHeads(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    positional: Floats | null,
    packed: Floats,
    fields: Floats,
  ): void;

  /** Rows of queries and keys `[count, d]` side by side in `[count, 2 dp]`, the pads zero. */
  packPairs(count: number, width: number, queries: Floats, keys: Floats, packed: Floats): void;

  /**
   * Simulated annealing of every sample's heads, then two-sided descent until no single flip lowers the energy.
   *
   * `E(x) = - coupling sqrt(d) sum x'J x - field sum h x + overlap sum_{t != u} x^t x^u + cardinality sum_t (n_t - k)^2`.
   * Sequential Metropolis; 12-bit draws, so moves above 9.01 temperatures are never taken. The same bits in both forms.
   * Cost O(H N d) a sweep factored, O(H N (1 + flips N)) dense.
   */
  annealHeads(task: HeadAnnealing): void;

  /** `eps_i = -x_i ((J x)_i + h_i)`, `y_ia += eps_i e_a`; e is `[d]`, or `[H, d]`; scratch: 2 dp floats. */
  energyReadout(
    shape: HeadShape,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /**
   * Gradient of `energyReadout` with x held: `drows` is written whole, `de` and `dpositional` (or null) are added to.
   * `through` false stops the gradient at the energy: only `de`. Scratch: 4 dp + N floats.
   */
  energyReadoutBackward(
    shape: HeadShape,
    layout: RowLayout,
    packed: Floats,
    chosen: Bytes,
    e: Floats,
    eps: Floats,
    dy: Floats,
    drows: Floats,
    de: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void;

  /**
   * `y_i += sum_{j chosen} softmax_j(q_i . k_j / sqrt d + f_j) v_j`, `f_j = (J x)_j / n + h_j`, n the head's number of chosen
   * tokens; nothing is added where nothing is chosen. p `[S, H, N, N4]`; scratch: 2 dp + N + 2 d N floats.
   */
  selectedSoftmax(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    p: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /** Gradient of `selectedSoftmax` with x held; `through` false: none through f. Scratch: 4 dp + N + 4 d N + N N4 floats. */
  selectedSoftmaxBackward(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    chosen: Bytes,
    p: Floats,
    dy: Floats,
    drows: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void;

  /**
   * `selectedSoftmax`, bit for bit, that keeps the key biases in place of the probabilities: memory O(N), not O(N^2).
   *
   * `bias` `[S, H, N]` receives `sqrt(d) f` of the chosen in order. Scratch: `gatheredScratch(shape)` floats, for both ways.
   */
  gatheredSoftmax(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    fields: Floats,
    chosen: Bytes,
    bias: Floats,
    y: Floats,
    scratch: Floats,
  ): void;

  /** Gradient of `gatheredSoftmax`, its probabilities computed again, else as `selectedSoftmaxBackward`. */
  gatheredSoftmaxBackward(
    shape: HeadShape,
    layout: RowLayout,
    rows: Floats,
    packed: Floats,
    chosen: Bytes,
    bias: Floats,
    dy: Floats,
    drows: Floats,
    dpositional: Floats | null,
    through: boolean,
    scratch: Floats,
  ): void;
}
