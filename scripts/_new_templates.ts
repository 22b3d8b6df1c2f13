import { KERNEL_NAME, KERNEL_TITLE, writeNotebook } from "../lib/notebook/mod.ts";

const IMPORTS = `import { annealedSelection, attentionQubo, publishedWeights } from "qama/attention";
import { show } from "qama/display";
import { Rng } from "qama/random";
import { exactEnumeration } from "qama/samplers";
`;

const PROBLEM = `// two heads over eight tokens: queries, keys and fields, here drawn; put in your own
const sizes = { batch: 1, heads: 2, tokens: 8, width: 4 };
const rng = new Rng(1);
const normal = (length: number) => Float32Array.from({ length }, () => rng.normal());
const rows = sizes.heads * sizes.tokens;
const problem = {
  ...sizes,
  weights: publishedWeights(sizes),
  queries: normal(rows * sizes.width),
  keys: normal(rows * sizes.width),
  fields: normal(rows),
};
`;

const SOLVE = `// which head chooses which token: by annealing, and by looking at all 2^16 choices
const annealed = annealedSelection().solve(problem, { seed: 1, replicas: 8 });
const exact = await exactEnumeration().sample(attentionQubo(problem, 0));
`;

const ENERGIES = `const energies = [
  { solver: "annealing", energy: annealed.energies[0] },
  { solver: "every choice", energy: exact.energies[0] },
];
`;

/** A script that poses a small attention problem, solves it twice and shows what came out. */
export function scriptTemplate(name: string, command: string): string {
  return `/*
 * Question   ${name}: which tokens do the heads choose, and how far from the optimum?
 * Command    ${command}
 */
${IMPORTS}
${PROBLEM}
${SOLVE}
${ENERGIES}console.log(\`\${show({ ...problem, ...annealed })}\`);
console.log(\`\${show(energies)}\`);
`;
}

/** The same as a notebook for the kernel of the workbench. */
export function notebookTemplate(name: string): string {
  const texts = [
    ["markdown", `# ${name}\n\nWhich tokens do the heads choose, and how far from the optimum?`],
    ["code", IMPORTS],
    ["code", PROBLEM],
    ["code", SOLVE],
    ["code", "show({ ...problem, ...annealed })"],
    ["code", `${ENERGIES}show(energies)`],
  ] as const;
  return writeNotebook({
    nbformat: 4,
    nbformat_minor: 5,
    metadata: {
      kernelspec: { name: KERNEL_NAME, display_name: KERNEL_TITLE, language: "typescript" },
      language_info: { name: "typescript", file_extension: ".ts", mimetype: "text/x.typescript" },
    },
    cells: texts.map(([cell_type, source], i) => ({
      cell_type,
      id: `cell-${i + 1}`,
      metadata: {},
      source: source.trimEnd(),
      ...(cell_type === "code" && { execution_count: null, outputs: [] }),
    })),
  });
}
