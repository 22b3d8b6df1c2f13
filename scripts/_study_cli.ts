import { profiles, STUDY_DATA, STUDY_OPERATORS, TRIAL_PROFILE } from "../lib/experiments/mod.ts";
import { ADDED_NAMES } from "../lib/training/mod.ts";
import type { Values } from "./_cli.ts";
import { planOptions } from "./_plan_options.ts";

const COMMAND = "deno task study";

/** The command line of `study`. */
export const studyCli = {
  command: COMMAND,
  summary:
    "Trains QAMA rows and their controls of equal density and parameters on equal epochs, as results/study/preregistration.md says.",
  examples: [
    `${COMMAND}                                          every training, about a day on one core`,
    `${COMMAND} --resume                                 goes on where a stopped run ended`,
    `${COMMAND} --profile smoke --only mnist --seeds 1   minutes: shows that it works`,
    `${COMMAND} --profile trial --resume                 designs, trained and tested on training items alone`,
    `${COMMAND} --reuse out/standard --resume            takes over what deno task reproduce has made already`,
  ],
  options: {
    profile: {
      type: "string",
      choices: [...Object.keys(profiles), TRIAL_PROFILE.name],
      default: "standard",
      help:
        "how many pictures or texts, and how many epochs; the study is standard, others try it out; trial has designs for rows, and tests them on held-out training items",
    },
    only: { type: "list", choices: STUDY_DATA, help: "data sets, in place of all" },
    operators: {
      type: "list",
      choices: [...STUDY_OPERATORS, ...ADDED_NAMES],
      help: "rows, in place of all that are registered, or of trials",
    },
    seeds: {
      type: "integers",
      min: 0,
      help: "seeds of weights, shuffles and solvers, in place of 1,2,3,4,5, or 1,2,3 of trials",
    },
    dataDir: { type: "string", help: "folder that holds the data sets, and no other place is looked at" },
    out: {
      type: "string",
      help: "folder for records and checkpoints, in place of out/study; for one command at a time",
    },
    parts: {
      type: "list",
      choices: ["train", "evaluate"],
      default: "train,evaluate",
      help:
        "trainings, the evaluation of trained models with other selections, or one after the other, a seed of a data set at a time",
    },
    accuracyOnly: {
      type: "boolean",
      help:
        "what trained models get right, and no other selections: enough where no swap, noise or sweeps are asked for",
    },
    publish: {
      type: "string",
      help:
        "nothing is run: writes the evaluations of the folder, compressed, into this one of results/, beside those of other runs there",
    },
    reuse: {
      type: "list",
      help: "folders of deno task reproduce: finished runs of the same version and configuration are copied from there",
    },
    ...planOptions,
  },
} as const;

/** What {@link studyCli} reads into. */
export type StudyValues = Values<typeof studyCli.options>;
