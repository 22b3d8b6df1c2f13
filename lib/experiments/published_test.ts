import { assertEquals } from "@std/assert";
import { paperSettings, publishedValues, recreatedSeeds } from "./mod.ts";

function values(source: string, statistic: string): Record<string, number> {
  const chosen = publishedValues.filter((value) => value.source === source && value.statistic === statistic);
  return Object.fromEntries(
    chosen.map(({ data, operator, epoch, accuracy }) => [`${data} ${operator} ${epoch}`, +accuracy.toFixed(4)]),
  );
}

Deno.test("publishedValues hold the finals of the paper's tables", () => {
  assertEquals(values("paper", "best"), {
    "mnist mha 50": 97.42,
    "mnist qamaV2 50": 95.93,
    "sst2 mha 50": 90.4,
    "sst2 qamaV2 50": 89.64,
    "fashion-mnist mha 50": 87.74,
    "fashion-mnist qamaV2 50": 86.66,
    "imdb mha 50": 92.59,
    "imdb qamaV2 50": 92.8,
    "cifar-10 mha 50": 62.02,
    "cifar-10 qamaV2 50": 59.35,
    "cifar-10 longformer 50": 62.27,
    "cifar-10 bigbird 50": 61,
    "cifar-10 linformer 50": 59.44,
    "cifar-10 performer 50": 60,
    "cifar-10 reformer 50": 62.89,
  });
});

Deno.test("publishedValues hold the paper's curves", () => {
  assertEquals(values("paper", "last"), {
    "mnist mha 1": 84.3,
    "mnist mha 2": 90.2,
    "mnist mha 3": 93.2,
    "mnist mha 4": 93.9,
    "mnist mha 5": 94.9,
    "mnist mha 10": 96.1,
    "mnist qamaV2 1": 42.2,
    "mnist qamaV2 2": 55.9,
    "mnist qamaV2 3": 67.6,
    "mnist qamaV2 4": 77.6,
    "mnist qamaV2 5": 82.5,
    "mnist qamaV2 10": 92.3,
    "fashion-mnist mha 5": 83.7,
    "fashion-mnist mha 10": 86.0,
    "fashion-mnist qamaV2 1": 59.5,
    "fashion-mnist qamaV2 2": 69.7,
    "fashion-mnist qamaV2 3": 73.5,
    "fashion-mnist qamaV2 5": 76.4,
    "fashion-mnist qamaV2 10": 81.9,
    "cifar-10 mha 5": 53.7,
    "cifar-10 mha 10": 56.8,
    "cifar-10 qamaV2 5": 47.4,
    "cifar-10 qamaV2 10": 51.6,
  });
});

Deno.test("publishedValues hold the curves of the re-creation", () => {
  assertEquals(values("re-creation", "last"), {
    "mnist mha 1": 85.4,
    "mnist mha 2": 89.2,
    "mnist mha 3": 92.6,
    "mnist mha 4": 93.9,
    "mnist mha 5": 95.1,
    "mnist qamaV2 1": 44.5,
    "mnist qamaV2 2": 51.2,
    "mnist qamaV2 3": 61.2,
    "mnist qamaV2 4": 76.8,
    "mnist qamaV2 5": 82.3,
    "mnist none 5": 87.9,
    "mnist qamaSelected 5": 94.0,
    "fashion-mnist qamaV2 1": 58.5,
    "fashion-mnist qamaV2 2": 69.1,
    "fashion-mnist qamaV2 3": 74.3,
    "fashion-mnist none 1": 61.9,
    "fashion-mnist none 2": 71.2,
    "fashion-mnist none 3": 74.1,
    // means of the three seeds of the next test
    "fashion-mnist mha 1": 75.7,
    "fashion-mnist mha 2": 79.2667,
    "fashion-mnist mha 3": 81.2333,
    "fashion-mnist qamaSelected 1": 77.4333,
    "fashion-mnist qamaSelected 2": 80.3333,
    "fashion-mnist qamaSelected 3": 81.9667,
  });
  assertEquals(values("re-creation", "best"), {});
});

Deno.test("recreatedSeeds and paperSettings hold what was reported", () => {
  assertEquals(recreatedSeeds.map(({ operator, epoch, accuracies }) => [operator, epoch, ...accuracies]), [
    ["mha", 1, 75.4, 77.1, 74.6],
    ["mha", 2, 78.8, 80.9, 78.1],
    ["mha", 3, 81.6, 81.2, 80.9],
    ["qamaSelected", 1, 78.1, 76.7, 77.5],
    ["qamaSelected", 2, 81.3, 80.2, 79.5],
    ["qamaSelected", 3, 82.3, 81.7, 81.9],
  ]);
  assertEquals(paperSettings, { batchSize: 128, learningRate: 1e-3 });
});
