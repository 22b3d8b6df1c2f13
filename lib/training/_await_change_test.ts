import { assert, assertEquals } from "@std/assert";
import { awaitChange, awaitWork } from "./_await_change.ts";

const words = () => new Int32Array(new SharedArrayBuffer(8));

/** A thread that stores 1 in word 0 after a while, with or without waking who sleeps. */
function storeLater(control: Int32Array<SharedArrayBuffer>, afterMs: number, notify: boolean): Promise<Worker> {
  const program = `onmessage = ({ data: [control, afterMs, notify] }) => {
    postMessage("ready");
    Atomics.wait(control, 1, 0, afterMs);
    Atomics.store(control, 0, 1);
    if (notify) Atomics.notify(control, 0);
  };`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(program)}`, { type: "module" });
  return new Promise((resolve) => {
    worker.onmessage = () => resolve(worker);
    worker.postMessage([control, afterMs, notify]);
  });
}

Deno.test("awaitChange() returns at once where the word has changed already", () => {
  const control = words();
  control[0] = 3;
  for (const spinMs of [0, 1000]) assert(awaitChange(control, 0, 2, spinMs));
});

Deno.test("awaitChange() gives up after its limit where nothing changes", () => {
  for (const spinMs of [0, 5]) assertEquals(awaitChange(words(), 0, 0, spinMs, 20), false);
});

Deno.test("awaitChange() is woken from sleep, and sees a change without being woken while it spins", async () => {
  for (const { spinMs, notify } of [{ spinMs: 0, notify: true }, { spinMs: 20_000, notify: false }]) {
    const control = words();
    const worker = await storeLater(control, 20, notify);
    assert(awaitChange(control, 0, 0, spinMs, 20_000));
    assertEquals(control[0], 1);
    worker.terminate();
  }
});

/** A thread that adds to word 2 `beats` times, 20 ms apart, then stores 1 in word 0. */
function work(control: Int32Array<SharedArrayBuffer>, beats: number): Promise<Worker> {
  const program = `onmessage = ({ data: [control, beats] }) => {
    postMessage("ready");
    for (; beats > 0; beats--) {
      Atomics.wait(control, 1, 0, 20);
      Atomics.add(control, 2, 1);
    }
    Atomics.store(control, 0, 1);
    Atomics.notify(control, 0);
  };`;
  const worker = new Worker(`data:application/javascript,${encodeURIComponent(program)}`, { type: "module" });
  return new Promise((resolve) => {
    worker.onmessage = () => resolve(worker);
    worker.postMessage([control, beats]);
  });
}

Deno.test("awaitWork() waits for work that takes longer than all looks together as long as it goes on, and for no other", async () => {
  const control = new Int32Array(new SharedArrayBuffer(16));
  // 2 s of work that is given up where it does nothing for 1 s
  const worker = await work(control, 100);
  assert(awaitWork(control, 0, 1, 2, { spinMs: 0, lookMs: 100, looks: 10 }));
  assertEquals([control[0], control[2]], [1, 100]);
  assertEquals(awaitWork(control, 0, 2, 2, { spinMs: 0, lookMs: 5, looks: 3 }), false);
  worker.terminate();
});
