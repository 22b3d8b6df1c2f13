import { placesBy, placesOf } from "./_long_compared.ts";
import {
  aboveChance,
  CONTROLS,
  countedRows,
  NEAR,
  NO_POSITIONS,
  percentOf,
  runsOf,
  taskOf,
  TENTH,
  titlesAt,
} from "./_long_groups.ts";
import { accuraciesOf } from "./_seed_accuracies.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** What the study of long sequences cannot say, told by its groups; none without any. */
export function longLimits(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  if (groups.length === 0) return [];
  const count = (value: number) => value.toLocaleString("en-US");
  const lengths = (found: typeof groups) => found.map(([{ tokens }]) => tokens);
  const epochs = Math.max(...groups.map(([{ options }]) => options.epochs));
  const train = Math.max(...groups.map(([{ data }]) => data.train));
  const rates = [...new Set(groups.map(([{ options }]) => options.learningRate))].sort((a, b) => b - a);
  const tasks = [...Map.groupBy(groups, taskOf)];
  const softmax = tasks.map(([task, own]) => {
    const most = Math.max(...lengths(own.filter((group) => runsOf(group, "mha").length > 0)), 0);
    return `${task} ${most === 0 ? "at no length" : `up to ${count(most)} tokens`}`;
  });
  const { all, alone } = countedRows(groups);
  return [
    `**Short training.** At most ${count(train)} sequences and ${epochs} ${
      epochs === 1 ? "epoch" : "epochs"
    }, Adam at ${rates.join(" or ")} for all rows, ` +
    "tuned for none: a row that is at chance here was not shown to stay there.",
    `**Softmax attention** was trained so far: ${softmax.join(", ")}; other rows up to ${
      count(Math.max(...lengths(groups)))
    }; where it was not, its time alone is known.`,
    `**Few seeds.** Of ${all} rows of all tasks and lengths ${alone} were trained with one seed.${
      tasks.flatMap(([, own]) => splitSeeds(own)).join("")
    }`,
    ...lastSteps(groups),
    ...parameters(groups),
    repeated(groups),
    "**One layer before a mean over the tokens.** Nothing here speaks of deep models, of causal ones, or of training on several threads or on a graphics card.",
  ];
}

/** How rare what matters is. */
function repeated(groups: readonly (readonly LongStudyRecord[])[]): string {
  const once = groups.filter(([{ task }]) => task === "retrievalOnce");
  return "**What matters is repeated.** It is written once for every 64 tokens of what is drawn, and is two bits, two pairs of brackets or four tokens: " +
    "a tenth of the keys by chance holds some of it too" +
    (once.length === 0
      ? ", so that these tasks cannot show what finding one place in a long sequence takes."
      : `. What finding single places takes is shown by ${
        placesBy(once, placesOf)
      } alone; there too the question stands at every second place, so that it is enough if some queries find them.`);
}

/** What rows that choose over all queries have more than softmax attention, and whether their control without it was trained; none where it is little. */
function parameters(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  const shares = (row: string) =>
    groups.flatMap((group) => {
      const [own] = runsOf(group, row), [plain] = ["mha", "longformer"].flatMap((name) => runsOf(group, name));
      return own === undefined || plain === undefined ? [] : [own.parameters / plain.parameters];
    });
  const [tenth, linformer] = [shares(TENTH), shares("linformer")], most = Math.max(...tenth, 0);
  if (most <= 1.02) return [];
  const ends = (found: readonly number[], digits: number) =>
    [...new Set([Math.min, Math.max].map((end) => end(...found).toFixed(digits)))].join(" to ");
  const bare = groups.filter((group) => runsOf(group, NO_POSITIONS).length > 0);
  return [
    `**More parameters.** Rows that choose for all queries have a learned field for each token and head, which makes ${
      ends(tenth, 2)
    } times the parameters of softmax attention${
      linformer.length === 0 ? "" : `; Linformer's projections make ${ends(linformer, 1)} times`
    }. ${
      bare.length === 0
        ? "The row without the field was not trained."
        : `The row without the field was trained on ${placesBy(bare, placesOf)}.`
    }`,
  ];
}

/** How far from chance the last test may be to count as at chance, and training from where it counts as learning. */
const AT_CHANCE = 0.005, LEARNS = 0.03;

/** Runs that are right more often than chance in their last epoch of training, and at chance in the test behind it; none without any. */
function lastSteps(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  const found = groups.map((group) =>
    group.filter(({ epochs, data }) => {
      const { trainAccuracy, testAccuracy } = epochs.at(-1)!, chance = 1 / data.classes;
      return Math.abs(testAccuracy - chance) <= AT_CHANCE && trainAccuracy - chance >= LEARNS;
    })
  ).filter((runs) => runs.length > 0);
  if (found.length === 0) return [];
  const places = found.map((runs) => {
    const titles = titlesAt(runs[0].tokens), rows = [...new Set(runs.map(({ row }) => titles.get(row)))];
    return `${taskOf(runs)} at ${runs[0].tokens.toLocaleString("en-US")} (${rows.join(", ")})`;
  });
  return [
    `**The last steps count.** ${found.flat().length} runs are at chance after their last epoch though they were ${
      100 * LEARNS
    } points or more above it while they trained in it: ${
      places.join("; ")
    }. Where the last steps leave a model is part of these accuracies; a smaller step size would be steadier.`,
  ];
}

/** Rows whose seeds part at one length, some above chance and some not, while a longer one has a single seed. */
function splitSeeds(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  return [TENTH, CONTROLS[0], NEAR[0]].flatMap((row) => {
    const parted = groups.find((group) => {
      const runs = accuraciesOf(runsOf(group, row)),
        above = (run: typeof runs) => aboveChance(run, 1 / group[0].data.classes);
      return runs.some((run) => above([run])) && runs.some((run) => !above([run]));
    });
    if (parted === undefined) return [];
    const longer = groups.filter((group) => group[0].tokens > parted[0].tokens && runsOf(group, row).length === 1);
    if (longer.length === 0) return [];
    const [{ tokens }] = parted, seeds = accuraciesOf(runsOf(parted, row)).map(({ seed }) => seed).join(", ");
    const alone = longer.map(([{ tokens }]) => tokens.toLocaleString("en-US")).join(" and ");
    return [
      ` On ${taskOf(parted)} ${titlesAt(tokens).get(row)} has ${
        percentOf(runsOf(parted, row), " %")
      } with seeds ${seeds} at ${tokens.toLocaleString("en-US")} tokens, and at ${alone} seed ${
        runsOf(longer[0], row)[0].seed
      } alone: what length does there is not told.`,
    ];
  });
}
