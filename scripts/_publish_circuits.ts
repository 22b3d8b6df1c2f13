import { JUPYTER_DISPLAY, markdownTable } from "../lib/display/mod.ts";
import {
  CIRCUIT_DATA,
  CIRCUIT_QUESTION,
  circuitNoiseDigest,
  type CircuitNoiseRecord,
  circuitNoiseTables,
  circuitOverview,
  type CircuitPeerRecord,
  circuitPeerReport,
  circuitPlateauDigest,
  type CircuitPlateauRecord,
  circuitPlateauReport,
  circuitReport,
  operatorTitles,
  readCircuitNoiseRecords,
  readCircuitPeerRecord,
  readCircuitPlateauRecord,
  readRecords,
  recordDigest,
  recordFileName,
  type RunRecord,
} from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, listOf, type PublishedPart } from "./_published_part.ts";
import { profileRank } from "./_publish_results.ts";

/** The part of the results folder that holds the experiment with circuits. */
const CIRCUITS_FOLDER = "circuits";

/** Renders what is in the results folder about circuits: trainings, gradients before them, times; null where nothing was tried. */
export async function renderCircuits(folder: string): Promise<PublishedPart | null> {
  const here = `${folder}/${CIRCUITS_FOLDER}`;
  const records = await ifThere(() => readRecords(`${here}/records`)) ?? [];
  const plateau = await ifThere(() => readCircuitPlateauRecord(`${here}/plateau.json`));
  const peer = await ifThere(() => readCircuitPeerRecord(`${here}/peer.json`));
  const order = ({ profile, data, operator, seed }: RunRecord) =>
    [profileRank(profile), CIRCUIT_DATA.indexOf(data.name), operator, seed].map((part) =>
      String(part).padStart(3, "0")
    );
  const sorted = records.toSorted((a, b) => order(a).join().localeCompare(order(b).join(), "en", { numeric: true }));
  const noise = (await readCircuitNoiseRecords(`${here}/noise`))
    .toSorted((a, b) => recordFileName(a.run).localeCompare(recordFileName(b.run)));
  const parts = [
    ...sorted.length > 0 ? [trained(sorted, noise)] : [],
    ...plateau === null ? [] : [gradients(plateau)],
    ...peer === null ? [] : [besidePeer(peer)],
  ];
  if (parts.length === 0) return null;
  const about = [...sorted, ...plateau === null ? [] : [plateau], ...peer === null ? [] : [peer]];
  const [{ code: { version }, machine }] = about;
  const digests = await Promise.all([
    ...sorted.map(async (record) => [`records/${recordFileName(record)}`, record, await recordDigest(record)] as const),
    ...noise.map(async (record) =>
      [`noise/${recordFileName(record.run)}`, record, await circuitNoiseDigest(record)] as const
    ),
    ...plateau === null ? [] : [["plateau.json", plateau, await circuitPlateauDigest(plateau)] as const],
    ...peer === null ? [] : [["peer.json", peer, "times, no two runs alike"] as const],
  ]);
  const commands = parts.flatMap((part) => part.commands).map((command) => `\`${command}\``).join(", ");
  const page = `# Circuits that learn their Hamiltonian\n\n${CIRCUIT_QUESTION}\n\n${WHAT}\n\n` +
    `Version ${version}; Deno ${machine.deno} on ${machine.cpu}. Every number and every word of comparison is computed from the records.\n\n` +
    `${parts.map(({ sections }) => sections).join("")}## Records\n\nMade by ${commands}.${
      sorted.length > 0 ? ` ${JOINED}` : ""
    }\n\n${
      markdownTable(
        [{ title: "record" }, { title: "commit" }, { title: "digest" }],
        digests.map(([name, { code }, digest]) => [name, code.commit?.slice(0, 10) ?? "-", digest]),
      )
    }`;
  const link = `results/${CIRCUITS_FOLDER}`;
  // all classes: a pair is named by its two
  const overview = circuitOverview(ofAllClasses(sorted));
  return {
    files: filesIn(CIRCUITS_FOLDER, new Map([["README.md", page], ...parts.flatMap(({ figures }) => figures)])),
    block:
      `Quantum circuits of eight qubits that learn their Hamiltonian, simulated exactly, beside classical models of the same pictures:\n\n${
        overview === "" ? "" : `${overview}\n`
      }${listOf(parts.flatMap(({ shown }) => shown))}\n${
        sorted.length > 0
          ? "Every encoding, pairs of classes, intervals, shots and noise, gradients, times"
          : "Gradients and times; no training is among the records"
      }: [${link}](${link}/README.md).\n`,
  };
}

/** One part of the page. */
interface PagePart {
  /** Sections with their headings, in Markdown. */
  readonly sections: string;
  /** Sentences for the front page. */
  readonly shown: readonly string[];
  /** What makes its records. */
  readonly commands: readonly string[];
  /** Text by file name. */
  readonly figures: readonly (readonly [file: string, svg: string])[];
}

/** Runs that tell all classes of their pictures apart, not two of them. */
function ofAllClasses(records: readonly RunRecord[]): RunRecord[] {
  return records.filter(({ data }) => !/-\d-\d$/.test(data.name));
}

function trained(records: readonly RunRecord[], noise: readonly CircuitNoiseRecord[]): PagePart {
  const { tables, findings } = circuitReport(records);
  const names = [...new Set(records.map(({ data }) => data.name))];
  return {
    sections: `## What was found\n\n${listOf(findings)}\n${READING}\n\n## Accuracies\n\n${tables}\n` +
      (noise.length === 0 ? "" : `## Shots and noise\n\n${NOISE}\n\n${circuitNoiseTables(noise)}\n`),
    shown: circuitReport(ofAllClasses(records)).findings
      .filter((text) => text.includes("the best circuit is") || text.includes(AMPLITUDES)),
    commands: [
      `deno task circuits --profile ${records[0].profile}${
        names.length === CIRCUIT_DATA.length ? "" : ` --only ${names.join(",")}`
      }${noise.length === 0 ? "" : " --parts train,noise"}`,
    ],
    figures: [],
  };
}

function gradients(record: CircuitPlateauRecord): PagePart {
  const { findings, table, figure } = circuitPlateauReport(record);
  const { data, samples } = record;
  const pictures = `The pictures are the first ${samples} of ${data.title}${
    data.synthetic ? " (synthetic data)" : ""
  }.`;
  return {
    sections: `## Gradients before training\n\n${listOf(findings)}\n` +
      `![Variance of a derivative against qubits](${PLATEAU_FIGURE})\n\n${PLATEAU} ${pictures}\n\n${table}\n`,
    shown: [`Gradients before training: ${findings.at(-1)!.replace(/^Verdict: /, "")}`],
    commands: [`deno task circuits --profile ${record.profile} --parts plateau --out results/${CIRCUITS_FOLDER}`],
    figures: [[PLATEAU_FIGURE, String(figure[JUPYTER_DISPLAY]()["image/svg+xml"])]],
  };
}

function besidePeer(record: CircuitPeerRecord): PagePart {
  const { findings, table, summary } = circuitPeerReport(record);
  const { pennylane, lightning, qubits, rounds, machine } = record;
  return {
    sections: `## Beside PennyLane\n\n${listOf(findings)}\n${qubits} qubits, PennyLane ${pennylane}, lightning.qubit ` +
      `${lightning}, Deno ${machine.deno} on ${machine.cpu}; medians of ${rounds} rounds; two are told apart where medians and smallest times agree by a tenth. ${PEER}\n\n${table}\n`,
    shown: [summary],
    commands: [`deno task bench --peer lightning --record results/${CIRCUITS_FOLDER}/peer.json`],
    figures: [],
  };
}

const PLATEAU_FIGURE = "gradients_before_training.svg";

const PLATEAU =
  "A random circuit turns every qubit about Y and Z by angles from a whole turn and couples neighbours on a line by CZ, layer by layer; its " +
  "derivative is by an angle of the middle layer, of `Z0 Z1` (local) or of a Z on every qubit (global). A classifier's is by the angle of X on qubit 0 " +
  "in its middle layer, of `<Z0>`, its first logit before scale and shift; its pictures have as many pixels as the qubits take in. Training starts from " +
  "coefficients of N(0, 0.1²); `coefficients from anywhere` draws them from a whole turn of their angles. Halvings a qubit are the slope of log2 of the variance, with a 95 % t " +
  "interval that grows by the root of the misfit where that is above 1: then it is no exponential law. Unitary 2-designs before and behind the " +
  "angle have the variance `d² / (2 (d² - 1) (d + 1))`, `d = 2^n` ([McClean et al. 2018](https://doi.org/10.1038/s41467-018-07090-4)); their rate is " +
  "fitted to the same sizes with the same weights. Variances stand with 1.96 standard errors, too few where the tails are heavy: a global cost and few layers.";

const PEER =
  "The same gates in the same order from the state of zeros, complex128 (two float64) on both sides, one thread each, in turns, every other round the other way round. Theirs " +
  "are calls of the state vector's own methods, compiled C++ with loops for vectors of up to 512 bits (which of them ran is not recorded); ours are WebAssembly, whose vectors are of 128 bits. `As a " +
  "user calls it` is one expectation: a QNode there, `expectations()` of an open circuit here. GB/s count every gate as one pass that reads and writes the whole state; a CZ " +
  "needs a quarter of it, and in a learned layer ours joins all rotations about Z and ZZ into one pass, which the twin does too.";

const AMPLITUDES = operatorTitles.evolutionAmplitudes;

/** Where records are that are named one by one. */
const JOINED =
  "Those of `records/` are joined, a file a data set; a run keeps each in a file of its own, named as here.";

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
  "out 0; with one seed or two, where their Wilson intervals over the test pictures do not meet in any.";

const NOISE =
  "The weights are those of the exact circuit. All strings of a picture are measured from the same shots. Noise acts on each qubit after each " +
  "rotation that touches it, by trajectories and without shots; preparing the amplitudes is taken to be free of it, which on a device it would not " +
  "be. The largest error is the largest standard error of an expectation over the trajectories.";
