import { assert, assertEquals, assertRejects, assertThrows } from "@std/assert";
import { Journal, type JournalEvent } from "./mod.ts";

const COST = { jobs: 1, seconds: 2, money: 0.5 };

function intent(key: string, attempt = 1, by = "nobody"): JournalEvent & { key: string } {
  return { type: "intent", key, machine: "m", url: "u", tag: `t-${key}`, attempt, cost: COST, by };
}

async function write(journal: Journal, ...records: (JournalEvent & { key: string })[]) {
  using _lease = journal.lease();
  await journal.transact(() => ({ records, result: undefined }));
}

function standings(folder: string): Record<string, string> {
  const journal = new Journal(folder);
  using _lease = journal.lease();
  return Object.fromEntries(journal.refresh().all().map(({ key, standing }) => [key, standing]));
}

async function inFolder(test: (folder: string) => Promise<void>) {
  const folder = await Deno.makeTempDir();
  try {
    await test(folder);
  } finally {
    await Deno.remove(folder, { recursive: true });
  }
}

Deno.test("Journal folds its records into where each job stands, what it cost and what is open", async () => {
  await inFolder(async (folder) => {
    const text = JSON.stringify({ states: [1, 0] });
    const answer = { digest: "d".repeat(64), bytes: text.length, text };
    const journal = new Journal(folder);
    await write(journal, intent("a"), { type: "submission", key: "a", id: "1", by: "x" });
    await write(journal, intent("b"), { type: "rejection", key: "b", fault: "busy", why: "no room" }, intent("b", 2));
    await write(journal, intent("c"), { type: "unknown", key: "c", why: "reset" });
    await write(journal, intent("d"), { type: "answer", key: "d", answer });
    await write(journal, intent("e"), { type: "failure", key: "e", why: "broke" });
    await write(journal, intent("f"), { type: "rejection", key: "f", fault: "quota", why: "none left" });
    await write(journal, intent("g"), { type: "unknown", key: "g", why: "reset" }, { type: "forgotten", key: "g" });
    const expected = {
      a: "submitted",
      b: "sending",
      c: "unknown",
      d: "answered",
      e: "failed",
      f: "rejected",
      g: "forgotten",
    };
    assertEquals(standings(folder), expected);
    for (const one of [journal, new Journal(folder)]) {
      using _lease = one.lease();
      const jobs = one.refresh();
      // one for each of a, b (the second attempt), c, d, e, g; f was surely turned down
      assertEquals(jobs.spent("m", "u"), { jobs: 6, seconds: 12, money: 3 });
      assertEquals(jobs.spent("m", "elsewhere").jobs, 0);
      assertEquals(jobs.spent("m", "u", "2999-01-01").jobs, 0);
      assertEquals(jobs.spent("m", "u", "2000-01-01"), jobs.spent("m", "u"));
      assertEquals(jobs.open().map(({ key }) => key).sort(), ["a", "b", "c"]);
      assertEquals(jobs.get("b")?.attempt, 2);
    }
  });
});

Deno.test("Journal puts a torn last line aside, whatever byte it was cut at, and goes on behind it", async () => {
  await inFolder(async (folder) => {
    const journal = new Journal(folder);
    await write(journal, intent("a"), { type: "submission", key: "a", id: "1", by: "x" });
    const path = `${folder}/journal.jsonl`;
    const whole = await Deno.readFile(path);
    const second = whole.indexOf(10) + 1;
    for (let cut = second; cut <= whole.length; cut++) {
      await Deno.writeFile(path, whole.subarray(0, cut));
      const reader = new Journal(folder);
      await write(reader, intent("b"));
      // with all but its end a line is whole
      const standing = cut >= whole.length - 1 ? "submitted" : "sending";
      assertEquals(standings(folder), { a: standing, b: "sending" }, `cut at ${cut}`);
      const torn = reader.damage.filter(({ kind }) => kind === "torn");
      assertEquals(torn.length, cut > second && cut < whole.length - 1 ? 1 : 0, `cut at ${cut}`);
      if (torn.length > 0) assertEquals(await Deno.readFile(torn[0].keptIn!), whole.slice(second, cut));
      reader.checkWhole();
    }
  });
});

Deno.test("Journal reports a damaged line in the middle, passes it over, and sends nothing until the user has seen it", async () => {
  await inFolder(async (folder) => {
    await write(new Journal(folder), intent("a"), intent("b"), intent("c"));
    const path = `${folder}/journal.jsonl`;
    const lines = (await Deno.readTextFile(path)).split("\n");
    // one character, and the line is still JSON
    lines[1] = lines[1].replace('"attempt":1', '"attempt":2');
    await Deno.writeTextFile(path, lines.join("\n"));
    const journal = new Journal(folder);
    using _lease = journal.lease();
    assertEquals(journal.refresh().all().map(({ key }) => key), ["a", "c"]);
    assertEquals(journal.damage.map(({ kind, from }) => [kind, from]), [["damaged", lines[0].length + 1]]);
    assertThrows(() => journal.checkWhole(), Error, "1 of its lines");
    await write(journal, { type: "damage-seen", key: "", from: journal.damage[0].from });
    journal.checkWhole();
    const later = new Journal(folder);
    using _second = later.lease();
    later.checkWhole();
  });
});

Deno.test("Journal lets two objects decide one after the other, each knowing what the other has written", async () => {
  await inFolder(async (folder) => {
    const journals = [new Journal(folder), new Journal(folder)];
    using _a = journals[0].lease();
    using _b = journals[1].lease();
    const take = (journal: Journal, key: string) =>
      journal.transact((jobs) => jobs.get(key) ? { records: [], result: 0 } : { records: [intent(key)], result: 1 });
    const taken = await Promise.all(
      Array.from({ length: 100 }, (_, k) => take(journals[k % 2], `job ${k >> 1}`)),
    );
    assertEquals(taken.reduce((sum, one) => sum + one, 0), 50);
  });
});

Deno.test("Journal shares one sync among records that come together", async () => {
  await inFolder(async (folder) => {
    const journal = new Journal(folder);
    using _lease = journal.lease();
    const { syncData } = Deno.FsFile.prototype;
    let syncs = 0;
    Deno.FsFile.prototype.syncData = function () {
      syncs++;
      return syncData.call(this);
    };
    try {
      await Promise.all(Array.from({ length: 200 }, (_, k) => write(journal, intent(`${k}`))));
      assertEquals(syncs, 1);
      await journal.transact(() => ({ records: [intent("later")], result: undefined }), { durable: false });
      assertEquals(syncs, 1);
      await Promise.all([journal.sync(), journal.sync(), write(journal, intent("last"))]);
      assertEquals(syncs, 3, "one for what was there, one for what came while it ran");
      await journal.sync();
      assertEquals(syncs, 3, "nothing is left to be synced");
    } finally {
      Deno.FsFile.prototype.syncData = syncData;
    }
  });
});

Deno.test("Journal says that it cannot be used where there is no folder, no space, or the file went away", async () => {
  await inFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    const nowhere = new Journal(`${folder}/file/below`);
    assertThrows(() => nowhere.lease(), Error, "QAMA_JOBS_DIR");
    if (Deno.build.os === "linux") {
      await Deno.mkdir(`${folder}/full`);
      await Deno.symlink("/dev/full", `${folder}/full/journal.jsonl`);
      const full = new Journal(`${folder}/full`);
      await assertRejects(() => write(full, intent("a")), Error, "No space left on device");
      assertEquals(full.refresh().all(), [], "what is not written does not count");
    }
    const gone = new Journal(`${folder}/gone`);
    using _lease = gone.lease();
    await Deno.remove(`${folder}/gone/journal.jsonl`);
    await assertRejects(() => write(gone, intent("a")), Error, "deleted");
  });
});

Deno.test("Journal knows the living from the dead", async () => {
  await inFolder(async (folder) => {
    const [mine, other] = [new Journal(folder), new Journal(folder)];
    using _lease = mine.lease();
    const lease = other.lease();
    const name = other.self;
    assert(mine.isAlive(mine.self) && mine.isAlive(name));
    lease[Symbol.dispose]();
    assert(!mine.isAlive(name) && !mine.isAlive("nobody") && !mine.isAlive("../journal.jsonl"));
    const script = `
      import { Journal } from "${new URL("./mod.ts", import.meta.url)}";
      const journal = new Journal("${folder}");
      journal.lease();
      console.log(journal.self);
      setInterval(() => {}, 1000);`;
    const child = new Deno.Command(Deno.execPath(), { args: ["eval", script], stdout: "piped" }).spawn();
    const { value } = await child.stdout.getReader().read();
    const theirs = new TextDecoder().decode(value).trim();
    assert(mine.isAlive(theirs));
    child.kill("SIGKILL");
    await child.status;
    assert(!mine.isAlive(theirs));
  });
});

Deno.test("Journal goes by the order of its lines, not by the clock", async () => {
  await inFolder(async (folder) => {
    const now = Date.prototype.toISOString;
    const times = ["2030-01-01T00:00:00.000Z", "1999-01-01T00:00:00.000Z", "2050-01-01T00:00:00.000Z"];
    Date.prototype.toISOString = () => times.shift()!;
    try {
      await write(new Journal(folder), intent("a"));
      await write(new Journal(folder), { type: "submission", key: "a", id: "1", by: "x" });
      await write(new Journal(folder), { type: "failure", key: "a", why: "broke" });
    } finally {
      Date.prototype.toISOString = now;
    }
    assertEquals(standings(folder), { a: "failed" });
  });
});
