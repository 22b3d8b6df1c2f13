import { placesBy, placesOf } from "./_long_compared.ts";
import {
  aboveChance,
  BARE_FIELDS,
  CONTROLS,
  countedRows,
  isRagged,
  NEAR,
  NO_POSITIONS,
  PEERS,
  percentOf,
  runsOf,
  taskOf,
  TENTH,
  titlesAt,
  UNIFORM,
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
    ...positions(groups),
    repeated(groups),
    ...order(groups),
    ...peerSizes(groups),
    ...shares(groups),
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

/** What rows that choose over all queries have more than softmax attention, none where it is little. */
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
  return [
    `**More parameters.** Rows that choose for all queries have a learned field for each token and head, which makes ${
      ends(tenth, 2)
    } times the parameters of softmax attention${
      linformer.length === 0 ? "" : `; Linformer's projections make ${ends(linformer, 1)} times`
    }.`,
  ];
}

/** How far from chance a test may be to count as at chance, and from where on training and tests count as learning. */
const AT_CHANCE = 0.005, LEARNS = 0.03;

/** Runs that are right more often than chance in their last epoch of training, and at chance in the test behind it: whether tests before it were better; none without any. */
function lastSteps(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  const found = groups.map((group) =>
    group.filter(({ epochs, data }) => {
      const { trainAccuracy, testAccuracy } = epochs.at(-1)!, chance = 1 / data.classes;
      return Math.abs(testAccuracy - chance) <= AT_CHANCE && trainAccuracy - chance >= LEARNS;
    })
  );
  const learned = ({ epochs, data }: LongStudyRecord) =>
    epochs.some(({ testAccuracy }) => testAccuracy - 1 / data.classes >= LEARNS);
  const [lost, byHeart] = [true, false].map((was) =>
    found.map((runs) => runs.filter((run) => learned(run) === was)).filter((runs) => runs.length > 0)
  );
  const points = `${100 * LEARNS} points or more above it`;
  return [
    ...lost.length === 0 ? [] : [
      `**The last steps count.** ${lost.flat().length} runs are at chance after their last epoch though they were ${points} while they trained in it, and after an earlier one: ${
        rowsIn(lost)
      }. Where the last steps leave a model is part of these accuracies; a smaller step size would be steadier.`,
    ],
    ...byHeart.length === 0 ? [] : [
      `**Learned by heart, or in the last epoch alone.** ${byHeart.flat().length} ${
        byHeart.flat().length === 1 ? "run is" : "runs are"
      } at chance in every test though ${points} in training of the last epoch: ${
        rowsIn(byHeart)
      }. More sequences, not more epochs, may be what these lack.`,
    ],
  ];
}

/** Where runs are, and of which rows. */
function rowsIn(groups: readonly (readonly LongStudyRecord[])[]): string {
  return groups.map((runs) => {
    const titles = titlesAt(runs[0].tokens), rows = [...new Set(runs.map(({ row }) => titles.get(row)))];
    return `${taskOf(runs)} at ${runs[0].tokens.toLocaleString("en-US")} (${rows.join(", ")})`;
  }).join("; ");
}

/** What the drawn tasks do not ask for; none without any of them. */
function order(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  if (!groups.some(([{ data }]) => data.synthetic)) return [];
  const brackets = groups.some(([{ task }]) => task === "brackets")
    ? " Bracket matching has seven kinds of sequences by the counts of their brackets, each of one class: who recognises square brackets that match and nothing else is right in " +
      "63.6 % of its 500 tests, who recognises round ones in 59.8 %, so that such figures are steps on the way and not shades of skill."
    : "";
  return [
    `**Nothing asks for order.** Which tokens a drawn sequence has decides its class, where they stand does not.${brackets} A mean over all tokens before a network can carry such counts: ` +
    `what attention does beyond mixing is told by uniform attention, ${
      trainedOn(groups, UNIFORM) ?? "which was not trained"
    }.`,
  ];
}

/** The learned field of each place, which is noise where marks stand anywhere; none where no row has it. */
function positions(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  if (!groups.some((group) => runsOf(group, TENTH).length > 0)) return [];
  return [
    "**A field of places that starts at random.** Rows that choose for all queries add a learned field of each place to what the tokens say, drawn from a normal distribution of spread 1 at the start, more than what the tokens say then: " +
    "before training, two sequences of 1,024 random tokens have 68 % of the places in common that a QUBO chooses, and 86 % of those with the largest fields; a tenth, as by chance, without that field. In drawn tasks what matters stands anywhere, so that it is noise there; rows by blocks, softmax attention and peers have no such field. Without it the QUBO's row was " +
    `${trainedOn(groups, NO_POSITIONS) ?? "not trained"}, that of the largest fields ${
      trainedOn(groups, BARE_FIELDS) ?? "not trained"
    }.`,
  ];
}

/** How peers are sized and computed; none without any. */
function peerSizes(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  if (!groups.some((group) => PEERS.some((row) => runsOf(group, row).length > 0))) return [];
  return [
    "**Peers of one size.** Reformer's chunks stay at 16 tokens, 64 and more in its paper, so that it reads a share of the keys that falls with the length; Longformer has no global token, which its authors give to classification. " +
    "Longformer, BigBird and Reformer go through lists of keys query by query, softmax attention and the rows that choose through tiles: their times are those of our kernels, and on texts of many lengths hold the making of the lists.",
  ];
}

/** Shares of keys of two rows by blocks that are not equal on texts of many lengths; none where both are not there. */
function shares(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  return groups.filter(isRagged).flatMap((group) => {
    const [qubo, fields] = NEAR.map((row) => runsOf(group, row)[0]?.epochs.at(-1)?.density ?? null);
    if (qubo === null || fields === null) return [];
    const percent = (share: number) => (100 * share).toFixed(1);
    return [
      `**Shares by blocks.** On ${taskOf(group)} at ${
        group[0].tokens.toLocaleString("en-US")
      } the largest fields by blocks are a tenth of the length, ${
        percent(fields)
      } % of the keys, those of the QUBO a tenth of each text, ${percent(qubo)} %.`,
    ];
  });
}

/** Where a row was trained, in words; null where it was not. */
function trainedOn(groups: readonly (readonly LongStudyRecord[])[], row: string): string | null {
  const own = groups.filter((group) => runsOf(group, row).length > 0);
  return own.length === 0 ? null : `trained on ${placesBy(own, placesOf)}`;
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
