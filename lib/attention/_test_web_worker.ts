// A thread that solves through solverFrom(), for its test.
import { exactEnumeration } from "../samplers/mod.ts";
import { randomProblem } from "./_test_problems.ts";
import { solverFrom } from "./solver_from.ts";

const scope = self as unknown as { postMessage(message: number[]): void };
using solver = solverFrom(exactEnumeration());
const weights = { coupling: 1, field: 1, overlap: 0.5 };
const problem = randomProblem({ batch: 2, heads: 2, tokens: 3, width: 2, weights }, 5);
scope.postMessage([...solver.solve(problem, { seed: 1 }).energies]);
