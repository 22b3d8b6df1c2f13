/** What an opinion is about. */
export const SUBJECTS: readonly string[] = [
  ...["the plot", "the acting", "the music", "the ending", "the dialogue", "the script", "the story", "the cast"],
  ...[
    "the humour",
    "the direction",
    "the editing",
    "the opening",
    "the pace",
    "the villain",
    "the romance",
    "the hero",
  ],
];

/** Where in the film. */
export const PLACES: readonly string[] = ["in the first half", "of this film", "in the last scene", "of the sequel"];

/** Words of praise. */
export const PRAISE: readonly string[] = [
  ...["wonderful", "funny", "moving", "clever", "brilliant", "charming", "fresh", "gripping"],
  ...["honest", "tender", "bold", "elegant", "witty", "warm", "lively", "superb"],
];

/** Words of blame. */
export const BLAME: readonly string[] = [
  ...["dull", "clumsy", "boring", "shallow", "stale", "tedious", "flat", "silly"],
  ...["empty", "weak", "messy", "cold", "noisy", "bland", "lazy", "hollow"],
];

/** Verbs that say it. */
export const CLAIMS: readonly string[] = ["is", "seems", "is really", "is quite", "remains"];

/** Verbs that deny it. */
export const DENIALS: readonly string[] = ["is not", "isn't", "is never", "is hardly", "is anything but"];

/** Openings that leave an opinion as it is. */
export const AGREEMENTS: readonly string[] = ["everyone says that", "i found that", "it is true that"];

/** Openings that turn an opinion round. */
export const DOUBTS: readonly string[] = ["nobody says that", "i doubt that", "it is wrong that"];
