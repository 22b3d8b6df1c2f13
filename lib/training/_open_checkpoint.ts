import { type Checkpoint, checkWritable, readCheckpoint } from "./checkpoint.ts";

/**
 * Reads the checkpoint that a training of this configuration goes on from; null where none is there.
 *
 * Throws where it could not be written later, is of another configuration, or goes beyond the epochs asked for.
 */
export async function openCheckpoint(path: string, configuration: string, epochs: number): Promise<Checkpoint | null> {
  await checkWritable(path);
  const kept = await readCheckpoint(path);
  if (kept === null) return null;
  if (kept.configuration !== configuration) {
    throw new TypeError(
      `Cannot resume from ${path}: it was written by another configuration, ${kept.configuration}; ` +
        "go on with that one, or remove the file to start over",
    );
  }
  if (kept.epochs.length > epochs || (kept.epochs.length === epochs && kept.step > 0)) {
    const more = kept.step > 0 ? ` and ${kept.step} steps of the next` : "";
    throw new RangeError(
      `Cannot resume from ${path}: it holds ${kept.epochs.length} epochs${more}, ${epochs} were asked for; ` +
        `ask for ${kept.epochs.length + Math.sign(kept.step)} or more, or remove the file to start over`,
    );
  }
  return kept;
}
