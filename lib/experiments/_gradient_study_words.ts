import { meanInterval } from "../analysis/mod.ts";
import { betasOf, biasText, estimatesByRow, LARGEST_Z, meanText, trainingsByRow } from "./_gradient_study_tables.ts";
import type { GradientStudyRecord } from "./gradient_study_record.ts";

/** What the estimates show; every number and every word of order is computed. */
export function estimateWords(records: readonly GradientStudyRecord[]): string[] {
  const rows = estimatesByRow(records);
  if (rows.length === 0) return [];
  const betas = betasOf(rows);
  const unbiased = rows.filter(({ at }) =>
    [...at.values()].every(({ errors, largestZ }) => errors.all.bias.low === 0 && largestZ < LARGEST_Z)
  );
  const [{ sizes, seeds }] = rows[0].at.values();
  const widest = Math.max(...unbiased.flatMap(({ at }) => [...at.values()].map(({ errors }) => errors.all.bias.high)));
  const words = [
    `${sizes.problems} problems of ${sizes.heads} heads of ${sizes.tokens} tokens, ${seeds} estimates each, beta ${
      betas.join(", ")
    }. ` +
    (unbiased.length === 0
      ? "Every estimator shows a bias at some beta."
      : `No bias is seen at any beta (interval down to 0, every |z| below ${LARGEST_Z}) of ${
        unbiased.map(({ title }) => title).join("; ")
      }; the intervals end at ${(100 * widest).toFixed(1)} % at most.`),
  ];
  const biased = rows.filter((row) => !unbiased.includes(row));
  for (const beta of [betas[0], ...betas.slice(-1)].filter((beta, i, all) => all.indexOf(beta) === i)) {
    const own = biased.flatMap(({ title, at }) => at.has(beta) ? [{ title, bias: at.get(beta)!.errors.all.bias }] : [])
      .toSorted((a, b) => a.bias.value - b.bias.value);
    if (own.length === 0) continue;
    words.push(
      `Bias of the others at beta ${beta}, % of the exact gradient: ${
        own.map(({ title, bias }) => `${biasText(bias)} ${title}`).join("; ")
      }.`,
    );
  }
  return words;
}

/** What the trainings show. */
export function trainingWords(records: readonly GradientStudyRecord[]): string[] {
  const rows = trainingsByRow(records);
  if (rows.length === 0) return [];
  const [{ training, data }] = rows[0].records;
  const order = rows.toSorted((a, b) => mean(b.right) - mean(a.right));
  const spread = rows.some(({ right }) => right.length === 2)
    ? "in brackets two seeds; +- a 95 % t interval over more"
    : "+- a 95 % t interval over seeds";
  const words = [
    `${(training!.budgetMs / 1000).toFixed(0)} s of processor time each on ${data.name}${
      data.synthetic ? ", synthetic" : ""
    }, ` +
    `${training!.pictures.test} test pictures right at the end, %, in order: ${
      order.map(({ title, right }) => `${meanText(right, 1)} ${title}`).join("; ")
    } (${spread}).`,
  ];
  const apart = rows.filter(({ against }) => {
    if (against.length < 2) return false;
    const { mean, halfWidth } = meanInterval(against);
    return Math.abs(mean) > (halfWidth ?? Infinity);
  });
  if (rows.some(({ against }) => against.length > 1)) {
    words.push(
      apart.length === 0
        ? "Seed by seed no difference to energy is larger than its interval."
        : `Seed by seed further from energy than the interval of the difference: ${
          apart.map(({ title, against }) => `${title} (${meanText(against, 1)} points)`).join("; ")
        }; the others are within it.`,
    );
  } else words.push("One seed each: what differs by a point or two may be chance.");
  return words;
}

function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}
