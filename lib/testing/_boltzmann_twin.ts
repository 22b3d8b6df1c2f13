import { eachToken, headWidth } from "./_dense_twin.ts";
import { fusedForward } from "./_fused_projection_twin.ts";
import type { SoftmaxTwinInputs } from "./softmax_twin.ts";

/**
 * Boltzmann attention by enumeration, in float64 and in the plainest way: `y_i = sum_j m_ij v_j / sum_j m_ij`,
 * `m_ij = sum_x p(x) x_j`, `p(x) ~ exp(sum_j s_ij x_j + sum_{j < l} C_{l - j} x_j x_l)`; C `[H, reach]`, zero further away.
 */
export function boltzmannTwin(inputs: SoftmaxTwinInputs, C: ArrayLike<number>): Float64Array {
  const { shape } = inputs, { tokens: N, heads, modelWidth: D } = shape;
  const { q, k, v } = fusedForward(inputs);
  const d = headWidth(shape), reach = C.length / heads;
  const output = new Float64Array(shape.batch * N * D);
  eachToken(shape, (b, t, i, token) => {
    const head = token - i, m = new Float64Array(N);
    let Z = 0;
    for (let state = 0; state < 2 ** N; state++) {
      const x = Array.from({ length: N }, (_, j) => state >>> j & 1);
      let power = 0;
      for (let j = 0; j < N; j++) {
        for (let a = 0; a < d; a++) power += x[j] * q[token * d + a] * k[(head + j) * d + a] / Math.sqrt(d);
        for (let l = j + 1; l < N && l - j <= reach; l++) power += x[j] * x[l] * C[t * reach + l - j - 1];
      }
      Z += Math.exp(power);
      x.forEach((value, j) => m[j] += value * Math.exp(power));
    }
    const total = m.reduce((sum, value) => sum + value / Z, 0);
    for (let a = 0; a < d; a++) {
      for (let j = 0; j < N; j++) output[(b * N + i) * D + t * d + a] += m[j] / Z / total * v[(head + j) * d + a];
    }
  });
  return output;
}
