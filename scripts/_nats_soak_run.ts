// A run of the soak: see slowTrainer.
import { serveRun, type Trainer } from "../lib/experiments/mod.ts";
import { loadDots, slowTrainer } from "./_nats_soak_train.ts";

let trainer: Trainer;
await serveRun({
  load: (_name, source) => {
    trainer = slowTrainer((source as { slowMs: number }).slowMs);
    return loadDots();
  },
  train: (data, options) => trainer(data, options),
});
