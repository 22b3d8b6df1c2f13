// A thread of a training run: builds its model, then works off shared steps until it is told to stop.
import { awaitChange } from "./_await_change.ts";
import { Command, Control, type SharedBuffers, StepWorker } from "./_shared_step.ts";
import type { ModelPlan } from "./types.ts";

const scope = self as unknown as {
  onmessage: ((event: MessageEvent<{ plan: ModelPlan; shared: SharedBuffers }>) => void) | null;
  postMessage(message: string): void;
};

scope.onmessage = ({ data: { plan, shared } }) => {
  const worker = new StepWorker(plan, shared.words);
  const { control } = shared;
  let generation = Atomics.load(control, Control.generation);
  scope.postMessage("ready");
  for (;;) {
    awaitChange(control, Control.generation, generation, control[Control.spinUs] / 1000);
    generation = Atomics.load(control, Control.generation);
    if (control[Control.command] === Command.stop) break;
    try {
      worker.work(shared);
    } catch (error) {
      console.error(error);
      Atomics.store(control, Control.failed, 1);
    }
    Atomics.add(control, Control.done, 1);
    Atomics.notify(control, Control.done);
  }
  self.close();
};
