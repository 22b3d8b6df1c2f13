/*
 * Question   Are the gaps that Lanczos finds at 12 spins, with fields, those of the dense matrices of all 4,096 states?
 * Command    deno run -A lib/analysis/_test_dense_gaps_12.ts
 * Cost       six Cholesky factors of ml-matrix, some two minutes of processor time on one core, 0.7 GiB
 * Expected   nothing is said but what was checked; a level elsewhere ends it with an error. Not checked each time: Metropolis and H(0.3).
 *            Dense eigensolving of all of them, once, 5 to 7 minutes a matrix with ml-matrix 6.15.1, gave the same: Glauber
 *            0.0122402564059 (Lanczos 0.0122402564175), Metropolis 0.0171692449654 (0.0171692449673), its smallest eigenvalue
 *            -0.382997125018 (-0.382997124902); H(0.3) -6.5646583169147 and -5.5563691107323 (-6.5646583169146, -5.5563691107326),
 *            H(0.7) -0.9851688066770 and -0.7195333651098 (-0.9851688066772, -0.7195333651100)
 */
import { assertChainIsDense, assertLevelsAreDense } from "./_test_dense_gaps.ts";
import { glassModel } from "./_test_spectra.ts";

const model = glassModel(12, 5, 0.3);
const said = (what: string) =>
  console.log(`${what}: as the dense matrix has it, ${Math.round(performance.now() / 1000)} s`);
assertChainIsDense(model, 1, ["glauber"]);
said("chain of 12 spins at beta 1, Glauber");
assertLevelsAreDense(model, 0.7);
said("two lowest levels of H(s) at s = 0.7");
