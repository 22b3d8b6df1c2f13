import type { Progress, SampleSet } from "../../samplers/mod.ts";
import type { EmbeddedCall } from "./_embedded_call.ts";

/** Tells of a call on chains what is true of the model: energies of states that are read off them. */
export class EmbeddedProgress {
  readonly #sampler: string;
  readonly #call: EmbeddedCall;
  readonly #listener: (progress: Progress) => void;
  #lowest: { readonly energy: number; readonly state: Int8Array } | undefined;

  constructor(sampler: string, call: EmbeddedCall, listener: (progress: Progress) => void) {
    this.#sampler = sampler;
    this.#call = call;
    this.#listener = listener;
  }

  /** What the sampler inside reports. */
  hear(progress: Progress): void {
    if (progress.lowestState !== undefined) this.#see(this.#call.glimpse(progress.lowestState));
    this.#send(progress);
  }

  /** The last report. */
  end({ states, energies, story }: SampleSet, numReads: number, elapsedMs: number): void {
    const n = story.variables;
    energies.forEach((energy, r) => this.#see({ energy, state: states.slice(r * n, (r + 1) * n) }));
    this.#send({ sampler: "", reads: story.completedReads, numReads, lowestEnergy: Infinity, elapsedMs, share: 1 });
  }

  #see(seen: { readonly energy: number; readonly state: Int8Array } | undefined): void {
    if (seen !== undefined && seen.energy < (this.#lowest?.energy ?? Infinity)) this.#lowest = seen;
  }

  #send({ lowestState: _qubits, ...progress }: Progress): void {
    this.#listener({
      ...progress,
      sampler: this.#sampler,
      lowestEnergy: this.#lowest?.energy ?? Infinity,
      ...(this.#lowest && { lowestState: this.#lowest.state.slice() }),
    });
  }
}
