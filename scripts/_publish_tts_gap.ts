import { type LengthBench, readTtsGapRecords, type TtsGapRecord, ttsGapReport } from "../lib/experiments/mod.ts";

/** The part of the results folder that holds time to solution against spectral gap. */
export const TTS_GAP_FOLDER = "tts-gap";
/** Most bytes of its page, so that the repository stays small. */
export const TTS_GAP_PAGE_BYTES = 3_000_000;

/** What is rendered from records of time to solution against gap. */
export interface TtsGapResults {
  /** Text by file name in the results folder. */
  readonly files: ReadonlyMap<string, string>;
  /** A part of the front page, without heading; links start from there. */
  readonly block: string;
}

/** Renders what is in the results folder about time to solution against gap; null where it was never measured. */
export async function renderTtsGap(folder: string, lengths: LengthBench | null): Promise<TtsGapResults | null> {
  let records: TtsGapRecord[];
  try {
    records = await readTtsGapRecords(`${folder}/${TTS_GAP_FOLDER}/records`);
  } catch (error) {
    if (error instanceof Deno.errors.NotFound) return null;
    throw error;
  }
  if (records.length === 0) return null;
  const { files, summary } = await ttsGapReport(records, { command: commandOf(records), lengths });
  const bytes = new TextEncoder().encode(files.get("index.html")).length;
  if (bytes > TTS_GAP_PAGE_BYTES) {
    throw new RangeError(
      `Cannot render the results: the page of ${TTS_GAP_FOLDER} has ${bytes} bytes, more than ${TTS_GAP_PAGE_BYTES}; keep fewer records`,
    );
  }
  const here = `results/${TTS_GAP_FOLDER}`;
  const figure = [...files.keys()].find((name) => name.endsWith(".svg"));
  return {
    files: new Map([...files].map(([name, text]) => [`${TTS_GAP_FOLDER}/${name}`, text])),
    block: `![Time to solution of every solver against a spectral gap](${here}/${figure})\n\n${summary.trim()}\n\n` +
      `Every gap, the bounds, attention QUBOs against sequence length: [${here}](${here}/README.md).\n`,
  };
}

/** The command that makes such records. */
function commandOf(records: readonly TtsGapRecord[]): string {
  const profiles = new Set(records.map(({ profile }) => profile));
  return [...profiles].map((profile) => `deno task tts-gap --profile ${profile}`).join(" and ");
}
