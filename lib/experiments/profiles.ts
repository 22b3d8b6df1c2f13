/** The size of an experiment. */
export interface Profile {
  /** What `--profile` takes. */
  readonly name: ProfileName;
  /** Data sets, by name. */
  readonly data: readonly string[];
  /** First training items taken; null: all. */
  readonly train: number | null;
  /** First test items taken; null: all. */
  readonly test: number | null;
  /** Passes over the training items. */
  readonly epochs: number;
  /** One run each. */
  readonly seeds: readonly number[];
  /** True if MNIST is also trained with revision 1 of the operator, and CIFAR-10 with other attentions. */
  readonly peers: boolean;
  /** Expected time of all operators on two cores. */
  readonly cost: string;
}

/** What `--profile` takes. */
export type ProfileName = "smoke" | "quick" | "standard" | "paper";

/**
 * The sizes of the experiment: `smoke` shows that it works, `quick` shows the order of the operators, `standard` is compared
 * with the published curves at epoch 5, `paper` with the published tables.
 *
 * Chosen so that a step of 128 pictures at 60 ms, or of 24 sentences at 10 ms, leaves three tenths of the time limit free: 60
 * s for `smoke`, eight minutes for `quick`.
 */
export const profiles: Readonly<Record<ProfileName, Profile>> = {
  smoke: {
    name: "smoke",
    data: ["mnist"],
    train: 2_048,
    test: 512,
    epochs: 4,
    seeds: [1],
    peers: false,
    cost: "under a minute",
  },
  quick: {
    name: "quick",
    data: ["mnist", "fashion-mnist", "cifar-10", "sst2"],
    train: 4_096,
    test: 1_280,
    epochs: 5,
    seeds: [1],
    peers: false,
    cost: "two to eight minutes",
  },
  standard: {
    name: "standard",
    data: ["mnist", "fashion-mnist", "cifar-10", "sst2", "imdb"],
    train: null,
    test: null,
    epochs: 5,
    seeds: [1, 2, 3],
    peers: true,
    cost: "about four hours",
  },
  paper: {
    name: "paper",
    data: ["mnist", "fashion-mnist", "cifar-10", "sst2", "imdb"],
    train: null,
    test: null,
    epochs: 50,
    seeds: [1, 2, 3],
    peers: true,
    cost: "about two days; one data set and one seed, an hour or two",
  },
};
