/** The size of an experiment. */
export interface Profile {
  /** What `--profile` takes. */
  readonly name: ProfileName;
  /** Data sets, by name. */
  readonly data: readonly string[];
  /** First training pictures taken; null: all. */
  readonly train: number | null;
  /** First test pictures taken; null: all. */
  readonly test: number | null;
  /** Passes over the training pictures. */
  readonly epochs: number;
  /** One run each. */
  readonly seeds: readonly number[];
  /** Expected time of all six operators on two cores. */
  readonly cost: string;
}

/** What `--profile` takes. */
export type ProfileName = "smoke" | "quick" | "standard" | "paper";

/**
 * The sizes of the experiment: `smoke` shows that it works, `quick` shows the order of the operators, `standard` is compared
 * with the published curves at epoch 5, `paper` with the published tables.
 *
 * Chosen so that a step of 128 pictures at 60 ms leaves three tenths of the time limit free: 60 s for `smoke`, six minutes
 * for `quick`.
 */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  smoke: {
    name: "smoke",
    data: ["mnist"],
    train: 2_048,
    test: 512,
    epochs: 4,
    seeds: [1],
    cost: "under a minute",
  },
  quick: {
    name: "quick",
    data: ["mnist", "fashion-mnist"],
    train: 7_500,
    test: 2_000,
    epochs: 5,
    seeds: [1],
    cost: "two to five minutes",
  },
  standard: {
    name: "standard",
    data: ["mnist", "fashion-mnist"],
    train: null,
    test: null,
    epochs: 5,
    seeds: [1, 2, 3],
    cost: "about 35 minutes",
  },
  paper: {
    name: "paper",
    data: ["mnist", "fashion-mnist"],
    train: null,
    test: null,
    epochs: 50,
    seeds: [1, 2, 3],
    cost: "about six hours",
  },
};
