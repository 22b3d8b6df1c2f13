import { assert, assertEquals, assertRejects } from "@std/assert";
import { Rng } from "../random/mod.ts";
import { backoffMs, pause, retryAfterMs } from "./mod.ts";

Deno.test("backoffMs() fills the interval from 0 to its bound, which doubles up to the longest", () => {
  const rng = new Rng(1, 0);
  for (const [k, bound] of [[0, 100], [1, 200], [3, 800], [9, 1000], [2000, 1000]]) {
    const waits = Array.from({ length: 400 }, () => backoffMs(k, rng, { firstBackoffMs: 100, longestBackoffMs: 1000 }));
    assert(waits.every((ms) => ms >= 0 && ms < bound));
    // the largest of 400 lies below 0.95 of the bound with probability 0.95^400 = 1e-9
    assert(Math.max(...waits) > 0.95 * bound && Math.min(...waits) < 0.05 * bound, `${k}`);
  }
});

Deno.test("retryAfterMs() reads seconds and dates, and nothing else", () => {
  const date = "Wed, 21 Oct 2015 07:28:00 GMT";
  const cases: [Record<string, string>, number | undefined][] = [
    [{}, undefined],
    [{ "retry-after": "0" }, 0],
    [{ "retry-after": " 1.5 " }, 1500],
    [{ "retry-after": "-5" }, undefined],
    [{ "retry-after": "soon" }, undefined],
    [{ "retry-after": "1e99" }, undefined],
    [{ "retry-after": "99999999" }, 86_400_000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:05 GMT", date }, 5000],
    [{ "retry-after": "Wed, 21 Oct 2015 07:27:00 GMT", date }, 0],
    [{ "retry-after": "Wed, 21 Oct 2015 07:28:05 GMT" }, 3000],
  ];
  for (const [headers, expected] of cases) {
    assertEquals(retryAfterMs(headers, Date.parse(date) + 2000), expected, JSON.stringify(headers));
  }
});

Deno.test("pause() ends at once when aborted, before or while it waits", async () => {
  const controller = new AbortController();
  const waiting = pause(1e9, controller.signal);
  controller.abort(new Error("enough"));
  await assertRejects(() => waiting, Error, "enough");
  await assertRejects(() => pause(1e9, controller.signal), Error, "enough");
});

Deno.test("pause() does not end at once where it is to wait longer than any timer", async () => {
  for (const ms of [2 ** 31, Infinity]) {
    const controller = new AbortController();
    const waiting = pause(ms, controller.signal).then(() => "over", () => "stopped");
    setTimeout(() => controller.abort(), 20);
    assertEquals(await waiting, "stopped");
  }
});
