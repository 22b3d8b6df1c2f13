import { markdownTable } from "../lib/display/mod.ts";
import {
  CIRCUIT_DATA,
  circuitNoiseDigest,
  circuitNoiseTables,
  circuitReport,
  operatorTitles,
  readCircuitNoiseRecords,
  readRecords,
  recordDigest,
  recordFileName,
  type RunRecord,
} from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";
import { profileRank } from "./_publish_results.ts";

/** The part of the results folder that holds the experiment with circuits. */
const CIRCUITS_FOLDER = "circuits";

/** Renders what is in the results folder about circuits; null where none was tried. */
export async function renderCircuits(folder: string): Promise<PublishedPart | null> {
  const here = `${folder}/${CIRCUITS_FOLDER}`;
  const records = await ifThere(() => readRecords(`${here}/records`));
  if (records === null || records.length === 0) return null;
  const order = ({ profile, data, operator, seed }: RunRecord) =>
    [profileRank(profile), CIRCUIT_DATA.indexOf(data.name), operator, seed].map((part) =>
      String(part).padStart(3, "0")
    );
  const sorted = records.toSorted((a, b) => order(a).join().localeCompare(order(b).join(), "en", { numeric: true }));
  const noise = (await readCircuitNoiseRecords(`${here}/noise`))
    .toSorted((a, b) => recordFileName(a.run).localeCompare(recordFileName(b.run)));
  const { tables, findings } = circuitReport(sorted);
  const digests = await Promise.all([
    ...sorted.map(async (record) => [
      `records/${recordFileName(record)}`,
      record.code.commit?.slice(0, 10) ?? "-",
      await recordDigest(record),
    ]),
    ...noise.map(async (record) => [
      `noise/${recordFileName(record.run)}`,
      record.code.commit?.slice(0, 10) ?? "-",
      await circuitNoiseDigest(record),
    ]),
  ]);
  const list = findings.map((text) => `- ${text}\n`).join("");
  const [{ question, code, machine, profile }] = sorted;
  const page = `# Circuits that learn their Hamiltonian\n\n${question}\n\n${WHAT}\n\n` +
    `Version ${code.version}; Deno ${machine.deno} on ${machine.cpu}. Every number and every word of comparison is computed from the records.\n\n` +
    `## What was found\n\n${list}\n${READING}\n\n## Accuracies\n\n${tables}\n` +
    (noise.length === 0 ? "" : `## Shots and noise\n\n${NOISE}\n\n${circuitNoiseTables(noise)}\n`) +
    `## Records\n\nMade by \`deno task circuits --profile ${profile}\`${
      noise.length === 0 ? "" : ", with `--parts train,noise`"
    }.\n\n${markdownTable([{ title: "record" }, { title: "commit" }, { title: "digest" }], digests)}`;
  const shown = findings.filter((text) => text.includes("the best circuit is") || text.includes(AMPLITUDES));
  const link = `results/${CIRCUITS_FOLDER}`;
  return {
    files: filesIn(CIRCUITS_FOLDER, new Map([["README.md", page]])),
    block:
      `Quantum circuits of eight qubits that learn their Hamiltonian, simulated exactly, beside classical models of the same pictures:\n\n${
        shown.map((text) => `- ${text}\n`).join("")
      }\nEvery encoding, intervals, shots and noise: [${link}](${link}/README.md).\n`,
  };
}

const AMPLITUDES = operatorTitles.evolutionAmplitudes;

const WHAT =
  "Pictures are pooled to 16 x 16, 8 x 8 or 4 x 4 pixels, each the mean of the area that it covers. Eight qubits take them as 256 amplitudes, as " +
  "angles once, or as angles that are uploaded again before every layer, times learned weights. Each layer evolves them under a Hamiltonian of " +
  "its own, `sum_i x_i X_i + z_i Z_i + sum_(i<j) J_ij Z_i Z_j`, in one Trotter step of first order, with all coefficients learned; at the end Pauli " +
  "strings of Z are measured, one a class, scaled and shifted: logits. Everything is trained by Adam on the cross-entropy, gradients by the " +
  "adjoint method; evolutions are exact state vectors, so nothing here is faster than a classical computer: it is one.";

const READING =
  "Without couplings every qubit is turned by itself, so that what is left is a product of eight rotations (amplitudes of a picture are " +
  "entangled as they come in, angles are not): the difference to it is what the learned couplings contribute. A linear model of the same " +
  "pixels, and a network of about as many parameters, say what the circuit is worth beside models that need no quantum computer. Accuracies " +
  "are of the last epoch, `±` is a 95 % t interval over seeds, differences are taken seed by seed. Two models are told apart where the interval of the difference leaves " +
  "out 0; with one seed, where their Wilson intervals over the test pictures do not meet.";

const NOISE =
  "The weights are those of the exact circuit. All strings of a picture are measured from the same shots. Noise acts on each qubit after each " +
  "rotation that touches it, by trajectories and without shots; preparing the amplitudes is taken to be free of it, which on a device it would not " +
  "be. The largest error is the largest standard error of an expectation over the trajectories.";
