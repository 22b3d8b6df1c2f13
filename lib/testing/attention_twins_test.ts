import { assertEquals } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { assertTensorClose } from "./assert_close.ts";
import { centralDifferences } from "./_central_differences.ts";
import { layerNormBackwardTwin, layerNormTwin } from "./layer_norm_twin.ts";
import { qamaBackwardTwin } from "./qama_backward_twin.ts";
import { qamaForwardTwin, qamaReadoutTwin } from "./qama_twin.ts";
import {
  selectedSoftmaxBackwardTwin,
  selectedSoftmaxForwardTwin,
  selectedSoftmaxTwin,
} from "./selected_softmax_twin.ts";
import { softmaxAttentionTwin, softmaxBackwardTwin } from "./softmax_twin.ts";

// step 1e-5: truncation and rounding are both about 1e-10 of the gradient
const TOLERANCE = 1e-7;
const shape = { batch: 2, heads: 2, tokens: 4, modelWidth: 6 };
const rng = new Rng(20);
const normals = (length: number) => Float64Array.from({ length }, () => rng.normal());
const layerNorm = () => ({ gamma: normals(6).map((g) => 1 + g / 2), beta: normals(6) });
const G = normals(2 * 4 * 6);
const loss = (output: Float64Array) => output.reduce((sum, value, at) => sum + value * G[at], 0);
// head 1 of problem 0 chooses nothing, head 0 of problem 1 one token
const x = [1, 0, 1, 1, 0, 0, 0, 0, 0, 0, 1, 0, 1, 1, 1, 1];

Deno.test("layerNormBackwardTwin() is the derivative of layerNormTwin()", () => {
  const input = normals(48);
  const ln = layerNorm();
  const gradients = layerNormBackwardTwin(input, ln, G);
  const f = () => loss(layerNormTwin(input, ln));
  assertTensorClose(gradients.x, centralDifferences(f, input), TOLERANCE);
  assertTensorClose(gradients.gamma, centralDifferences(f, ln.gamma), TOLERANCE);
  assertTensorClose(gradients.beta, centralDifferences(f, ln.beta), TOLERANCE);
});

Deno.test("qamaBackwardTwin() is the derivative of qamaReadoutTwin() with the selection held constant", () => {
  const [X, Wq, Wk, Wv, e] = [normals(48), normals(36), normals(36), normals(36), normals(3)];
  const [lnQ, lnK, lnV] = [layerNorm(), layerNorm(), layerNorm()];
  const inputs = { shape, XQ: X, XK: X, XV: X, Wq, Wk, Wv, e, lnQ, lnK, lnV };
  const f = () => loss(qamaReadoutTwin(inputs, qamaForwardTwin(inputs), x).output);
  const gradients = qamaBackwardTwin(inputs, x, G);
  assertTensorClose(gradients.X, centralDifferences(f, X), TOLERANCE);
  for (const name of ["Wq", "Wk", "Wv", "e"] as const) {
    assertTensorClose(gradients[name], centralDifferences(f, inputs[name]), TOLERANCE);
  }
  for (const name of ["lnQ", "lnK", "lnV"] as const) {
    assertTensorClose(gradients[name].gamma, centralDifferences(f, inputs[name].gamma), TOLERANCE);
    assertTensorClose(gradients[name].beta, centralDifferences(f, inputs[name].beta), TOLERANCE);
  }
  const { J, h } = qamaForwardTwin(inputs);
  const atHamiltonian = () => loss(qamaReadoutTwin(inputs, { J, h }, x).output);
  assertTensorClose(gradients.J, centralDifferences(atHamiltonian, J), TOLERANCE);
  assertTensorClose(gradients.h, centralDifferences(atHamiltonian, h), TOLERANCE);
});

Deno.test("softmaxBackwardTwin() is the derivative of softmaxAttentionTwin()", () => {
  const inputs = { shape, X: normals(48), Wqkv: normals(108), ln: layerNorm() };
  const f = () => loss(softmaxAttentionTwin(inputs).output);
  const gradients = softmaxBackwardTwin(inputs, G);
  assertTensorClose(gradients.X, centralDifferences(f, inputs.X), TOLERANCE);
  assertTensorClose(gradients.Wqkv, centralDifferences(f, inputs.Wqkv), TOLERANCE);
  assertTensorClose(gradients.ln.gamma, centralDifferences(f, inputs.ln.gamma), TOLERANCE);
  assertTensorClose(gradients.ln.beta, centralDifferences(f, inputs.ln.beta), TOLERANCE);
});

Deno.test("selectedSoftmaxBackwardTwin() is the derivative of selectedSoftmaxTwin(), empty heads included", () => {
  const inputs = { shape, X: normals(48), Wqkv: normals(108), ln: layerNorm(), e: normals(6), p: normals(8) };
  const f = () => loss(selectedSoftmaxTwin(inputs, x).output);
  const gradients = selectedSoftmaxBackwardTwin(inputs, x, G);
  for (const name of ["X", "Wqkv", "e", "p"] as const) {
    assertTensorClose(gradients[name], centralDifferences(f, inputs[name]), TOLERANCE);
  }
  assertTensorClose(gradients.ln.gamma, centralDifferences(f, inputs.ln.gamma), TOLERANCE);
  assertTensorClose(gradients.ln.beta, centralDifferences(f, inputs.ln.beta), TOLERANCE);
});

Deno.test("selectedSoftmaxTwin() with every token chosen and no token energy is softmax attention", () => {
  const inputs = { shape, X: normals(48), Wqkv: normals(108), ln: layerNorm() };
  // the queries and keys of these rows are 0: no scores, no couplings, f = 0
  inputs.Wqkv.fill(0, 0, 72);
  const all = new Array(16).fill(1);
  const selected = selectedSoftmaxTwin({ ...inputs, e: new Float64Array(6), p: new Float64Array(8) }, all);
  const dense = softmaxAttentionTwin(inputs);
  assertTensorClose(selected.attention, dense.attention, 1e-14);
  assertTensorClose(selected.output, dense.output, 1e-14);
});

Deno.test("selectedSoftmaxTwin() reads only chosen tokens, and 0 where a head chose none", () => {
  const inputs = { shape, X: normals(48), Wqkv: normals(108), ln: layerNorm(), e: normals(6), p: normals(8) };
  const { attention, output, tokenEnergy } = selectedSoftmaxTwin(inputs, x);
  for (let at = 0; at < attention.length; at++) {
    const head = Math.floor(at / 16) * 4;
    assertEquals(attention[at] > 0, x[head + at % 4] === 1);
  }
  for (let i = 0; i < 4; i++) assertEquals(output.slice(i * 6 + 3, i * 6 + 6), new Float64Array(3));
  // f by hand for token 2 of head 0: the mean of J over the three chosen tokens, its own 0 included, and h
  const { J, h } = selectedSoftmaxForwardTwin(inputs);
  assertTensorClose([tokenEnergy[2]], [(J[8] + J[10] + J[11]) / 3 + h[2]], 1e-14);
});
