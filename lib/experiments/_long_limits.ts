import { runsOf } from "./_long_groups.ts";
import type { LongStudyRecord } from "./long_study_record.ts";

/** What the study of long sequences cannot say, told by its groups; none without any. */
export function longLimits(groups: readonly (readonly LongStudyRecord[])[]): string[] {
  if (groups.length === 0) return [];
  const count = (value: number) => value.toLocaleString("en-US");
  const lengths = (found: typeof groups) => found.map(([{ tokens }]) => tokens);
  const epochs = Math.max(...groups.map(([{ options }]) => options.epochs));
  const train = Math.max(...groups.map(([{ data }]) => data.train));
  const [{ options: { learningRate } }] = groups[0];
  const softmax = lengths(groups.filter((group) => runsOf(group, "mha").length > 0));
  const rows = groups.flatMap((group) => [...Map.groupBy(group, ({ row }) => row).values()]);
  const alone = rows.filter(({ length }) => length === 1).length;
  return [
    `**Short training.** At most ${count(train)} sequences and ${epochs} ${
      epochs === 1 ? "epoch" : "epochs"
    }, Adam at ${learningRate} for all rows, ` +
    "tuned for none: a row that is at chance here was not shown to stay there.",
    `**Softmax attention** was trained ${
      softmax.length === 0 ? "at no length" : `up to ${count(Math.max(...softmax))} tokens`
    }, other rows up to ${count(Math.max(...lengths(groups)))}; where it was not, its time alone is known.`,
    `**Few seeds.** Of ${rows.length} rows of all tasks and lengths ${alone} were trained with one seed.`,
    "**One layer before a mean over the tokens.** Nothing here speaks of deep models, of causal ones, or of training on several threads or on a graphics card.",
  ];
}
