import { readLines } from "./_lines.ts";
import { LpObjective } from "./_lp_objective.ts";
import { LpSections } from "./_lp_sections.ts";
import { lpTokens } from "./_lp_tokens.ts";
import { checkBits } from "./_text.ts";
import type { Problem, ProblemFormat, ReadOptions } from "./types.ts";

/**
 * The quadratic unconstrained subset of CPLEX LP files, read only: an objective in binary variables.
 *
 * `Minimize` or `Maximize`, then an objective such as `obj: 3 x + 2 y + [ 4 x * y - 2 x ^ 2 ] / 2 + 5`, with what stands in brackets
 * halved; `Subject To` without a constraint; `Bounds` that say nothing but 0 to 1; `Binary` (`Binaries`, `Bin`) with every variable;
 * `End`. Whatever else LP files hold is refused by name. `x ^ 2` is x. A problem that is maximised becomes the model of minus its
 * objective, with a note. The names are the labels, in order of appearance; `\` starts a comment.
 *
 * Cost O(terms); 5 to 20 bytes a term beside the model and the names.
 * Source: IBM, ILOG CPLEX file formats reference, "LP file format: algebraic representation".
 *
 * @example Half of what stands in brackets
 * ```ts
 * import { energy, parseProblem } from "qama/model";
 * import { assertEquals } from "@std/assert";
 * const { model, labels } = await parseProblem("Minimize\n obj: 3 x + [ 4 x * y ] / 2\nBinary\n x y\nEnd\n");
 * assertEquals([energy(model, [1, 1]), ...labels], [5, "x", "y"]);
 * ```
 */
export const lpFormat: ProblemFormat = Object.freeze({
  name: "lp",
  extensions: [".lp"],
  needsReading: false,
  recognises: (start: Uint8Array) =>
    /^\ufeff?(?:[ \t\r]*(?:\\[^\n]*)?\n)*[ \t]*(?:min|max)(?:imi[sz]e|imum)?\s/i.test(new TextDecoder().decode(start)),
  read,
});

async function read(source: AsyncIterable<Uint8Array>, { as, signal }: ReadOptions): Promise<Problem> {
  checkBits(as, "an LP file");
  const objective = new LpObjective();
  const sections = new LpSections(objective);
  const lines = await readLines(source, (line) => {
    const tokens = lpTokens(line.text(), line.number);
    if (tokens.length > 0) sections.line(tokens);
  }, { signal });
  const { maximised, names } = sections.finish(lines + 1);
  const n = names.size;
  const sign = maximised ? -1 : 1;
  const { model, notes } = objective.terms.build({
    n,
    vartype: "qubo",
    pairScale: sign,
    otherLinear: objective.linear(n).map((value) => sign * value),
    offset: sign * objective.constant,
  });
  if (maximised) notes.push("the problem is maximised: energies are minus its objective");
  const problem: Problem = {
    model,
    labels: [...names.keys()],
    format: "lp",
    notes,
    ...(maximised && { maximised }),
  };
  return objective.title === undefined ? problem : { ...problem, title: objective.title };
}
