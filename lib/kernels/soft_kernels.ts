import type { Floats } from "./arena.ts";
import type { SoftAnnealing } from "./soft_annealing.ts";

/** The first revision's heads: divergences and soft selections. Part of `Kernels`, where the conventions stand. */
export interface SoftKernels {
  /**
   * Jensen-Shannon divergences in bits between rows p_i and r_j of `heads` heads: `J_ij = 1/2 sum p log2(p / m + eps) +
   * 1/2 sum r log2(r / m + eps)`, `m = (p + r) / 2 + eps`, eps 1e-6; p, r `[heads, N, d4]`, the pads zero, J `[heads, N, N4]`.
   */
  divergences(heads: number, tokens: number, width: number, p: Floats, r: Floats, J: Floats): void;

  /** Gradients of `divergences`; dp and dr are written whole. */
  divergencesBackward(
    heads: number,
    tokens: number,
    width: number,
    p: Floats,
    r: Floats,
    dJ: Floats,
    dp: Floats,
    dr: Floats,
  ): void;

  /**
   * Simulated annealing of soft selections `w = sum_b 2^b x_b / (2^q - 1)`, then two-sided descent in single bits.
   *
   * `E(x) = - quadratic sum w'J w - linear sum h w + penalty sum_{t < u} x^t x^u - (reach / 2) sum_{i != j} |i - j| w_i w_j`.
   * Sequential Metropolis; 12-bit draws, so moves above 9.01 temperatures are never taken. The same bits in both forms.
   * Cost O(H N q) a sweep and O(N) a flip.
   */
  annealSoft(task: SoftAnnealing): void;
}
