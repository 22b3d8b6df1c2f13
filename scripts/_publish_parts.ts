import type { LengthBench } from "../lib/experiments/mod.ts";
import { renderCircuits } from "./_publish_circuits.ts";
import { renderGradients } from "./_publish_gradients.ts";
import { renderLongStudy } from "./_publish_long_study.ts";
import { renderMachineStudy } from "./_publish_machine_study.ts";
import { renderNats } from "./_publish_nats.ts";
import { renderPreflight } from "./_publish_preflight.ts";
import { renderStudy } from "./_publish_study.ts";
import { renderTtsGap } from "./_publish_tts_gap.ts";
import type { PublishedPart } from "./_published_part.ts";
import type { PartName } from "./_readme_results.ts";

/** Renders the parts of the results folder that there are records of. */
export async function renderParts(folder: string, lengths: LengthBench | null): Promise<Map<PartName, PublishedPart>> {
  const rendered: Readonly<Record<PartName, PublishedPart | null>> = {
    gaps: await renderTtsGap(folder, lengths),
    preflight: await renderPreflight(folder),
    machine: await renderMachineStudy(folder),
    gradients: await renderGradients(folder),
    study: await renderStudy(folder),
    long: await renderLongStudy(folder),
    circuits: await renderCircuits(folder),
    nats: await renderNats(folder),
  };
  const parts = new Map<PartName, PublishedPart>();
  for (const [name, part] of Object.entries(rendered)) if (part !== null) parts.set(name as PartName, part);
  return parts;
}
