import { type LengthBench, readTtsGapRecords, type TtsGapRecord, ttsGapReport } from "../lib/experiments/mod.ts";
import { ifThere } from "./_files.ts";
import { filesIn, type PublishedPart } from "./_published_part.ts";

/** The part of the results folder that holds time to solution against spectral gap. */
const TTS_GAP_FOLDER = "tts-gap";
/** Its page, more than a megabyte of charts. */
const PAGE = "index.html";

/** Renders what is in the results folder about time to solution against gap; null where it was never measured. */
export async function renderTtsGap(folder: string, lengths: LengthBench | null): Promise<PublishedPart | null> {
  const records = await ifThere(() => readTtsGapRecords(`${folder}/${TTS_GAP_FOLDER}/records`));
  if (records === null || records.length === 0) return null;
  const options = { command: commandOf(records), publishedBy: "deno task results", lengths };
  const { files, summary } = await ttsGapReport(records, options);
  const [unkept, kept] = [true, false].map((page) => new Map([...files].filter(([name]) => (name === PAGE) === page)));
  const here = `results/${TTS_GAP_FOLDER}`;
  const figure = [...files.keys()].find((name) => name.endsWith(".svg"));
  return {
    files: filesIn(TTS_GAP_FOLDER, kept),
    unkept: filesIn(TTS_GAP_FOLDER, unkept),
    block: `![Time to solution of every solver against a spectral gap](${here}/${figure})\n\n${summary.trim()}\n\n` +
      `Every gap, the bounds, attention QUBOs against sequence length: [${here}](${here}/README.md).\n`,
  };
}

/** The command that makes such records. */
function commandOf(records: readonly TtsGapRecord[]): string {
  const profiles = new Set(records.map(({ profile }) => profile));
  return [...profiles].map((profile) => `deno task tts-gap --profile ${profile}`).join(" and ");
}
