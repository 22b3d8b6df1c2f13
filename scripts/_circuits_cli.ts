import { CIRCUIT_DATA, CIRCUIT_PROFILES } from "../lib/experiments/mod.ts";
import { CIRCUIT_NAMES } from "../lib/training/mod.ts";
import type { Values } from "./_cli.ts";
import { planOptions } from "./_plan_options.ts";

const COMMAND = "deno task circuits";

/** The command line of `circuits`. */
export const circuitsCli = {
  command: COMMAND,
  summary:
    "Trains quantum circuits that learn their Hamiltonian, simulated exactly, on pooled pictures, beside classical models and beside themselves " +
    "without couplings; keeps a record a run.",
  examples: [
    `${COMMAND} --profile smoke                                                   a minute: shows that it works`,
    `${COMMAND} --quick --only mnist --operators evolutionAmplitudes,linearPixels16`,
    `${COMMAND} --profile standard --resume                                       every row on all pictures, hours`,
    `${COMMAND} --only mnist-3-6 --seeds 1,2,3 --json`,
    `${COMMAND} --resume --parts train,noise --items 200                          shots and noise against accuracy`,
    `${COMMAND} --profile standard --parts plateau --out results/circuits         gradients against qubits, before training`,
  ],
  options: {
    profile: {
      type: "string",
      choices: Object.keys(CIRCUIT_PROFILES),
      default: "quick",
      help: "how many pictures, epochs and seeds",
    },
    quick: { type: "boolean", help: "the profile quick, which is the default" },
    only: {
      type: "list",
      choices: CIRCUIT_DATA,
      help: "data sets, or pairs of their classes, in place of the profile's",
    },
    operators: { type: "list", choices: CIRCUIT_NAMES, help: "rows, in place of all" },
    seeds: { type: "integers", min: 0, help: "seeds of weights and shuffles [those of the profile]" },
    parts: {
      type: "list",
      choices: ["train", "noise", "plateau"],
      default: "train",
      help:
        "trainings, what shots and noise do to the trained circuits, and gradients of circuits not trained against qubits",
    },
    items: { type: "integer", min: 1, default: "500", help: "test pictures that noise is tried on" },
    trajectories: { type: "integer", min: 2, default: "32", help: "trajectories a picture and kind of noise" },
    dataDir: { type: "string", help: "folder that holds the data sets, and no other place is looked at" },
    out: {
      type: "string",
      help: "folder for records and checkpoints [out/circuits-PROFILE]; for one command at a time",
    },
    publish: {
      type: "string",
      help: "nothing is run: writes the records of the folder, compressed, into this one of results/",
    },
    ...planOptions,
    json: { type: "boolean", help: "prints one JSON object in place of tables" },
  },
} as const;

/** What {@link circuitsCli} reads into. */
export type CircuitsValues = Values<typeof circuitsCli.options>;
