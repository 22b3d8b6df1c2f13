import { assert, assertEquals, assertMatch } from "@std/assert";
import { energy, isingFromQubo, quboFromUpper } from "../../model/mod.ts";
import { exactEnumeration, simulatedAnnealing } from "../../samplers/mod.ts";
import { ISINGQ_HEADERS, isingqAnswer, isingqTask, KEY, sendJson, uploadCsv, withEmulator } from "./_test_emulator.ts";

const Q = [[-1, 3, 0], [0, -2, 1], [0, 0, 1]];
const CSV = Q.map((row) => row.join(",")).join("\n");

Deno.test("emulator of isingq solves an uploaded matrix and tells an Ising energy without its constant", async () => {
  await withEmulator({ machine: "isingq", sampler: exactEnumeration() }, async (emulator) => {
    const model = quboFromUpper(Q);
    const forms = new Set<string>();
    for (let k = 0; k < 12; k++) {
      const { result, status, name } = await isingqAnswer(emulator, CSV, { name: `job ${k}` });
      const bits = result.bits ?? result.spin_config.map((s: number) => (s + 1) / 2);
      forms.add(Object.keys(result)[0]);
      assertEquals([status, name, bits], [1, `job ${k}`, [0, 1, 0]]);
      assertEquals(result.energy, energy(model, bits) - isingFromQubo(model).offset);
    }
    assertEquals([...forms].sort(), ["bits", "spin_config"]);
    assertEquals(emulator.accepted.map(({ tag }) => tag), Array.from({ length: 12 }, (_, k) => `job ${k}`));
    // one problem, one digest; a name of its own each
    assertEquals(new Set(emulator.accepted.map(({ digest }) => digest)).size, 1);
    assertEquals(new Set(emulator.accepted.map(({ id }) => id)).size, 12);
  });
});

Deno.test("emulator of isingq wants a raw key, the channel and no key at the upload", async () => {
  await withEmulator({ machine: "isingq" }, async (emulator) => {
    const ticket = `${emulator.url}/files/getPostSignatureForOssUpload`;
    const wrong: Record<string, string>[] = [
      {},
      { authorization: KEY },
      { authorization: `Bearer ${KEY}`, channel: "sdk" },
      { authorization: KEY.slice(1), channel: "sdk" },
    ];
    for (const headers of wrong) {
      assertEquals((await sendJson(ticket, headers, undefined, "GET"))[0], 401);
    }
    const { status, text } = await uploadCsv(emulator, CSV, () => {}, { authorization: KEY });
    assertEquals([status, text.includes("No key")], [403, true]);
    assertEquals((await uploadCsv(emulator, CSV)).status, 200);
  });
});

Deno.test("emulator of isingq takes a form as it was signed, and no path tricks", async () => {
  await withEmulator({ machine: "isingq" }, async (emulator) => {
    const refused: [string, (form: FormData) => void][] = [
      ["signature", (form) => form.set("policy", btoa('{"expiration":"2999-01-01"}'))],
      ["signature", (form) => form.set("x-oss-signature", "00")],
      ["security token", (form) => form.set("x-oss-security-token", "x")],
      ["OSS4", (form) => form.delete("x-oss-signature-version")],
      ["eight hexadecimal", (form) => form.set("key", "../../etc/passwd")],
      ["eight hexadecimal", (form) => form.set("key", "0123abcd/../q.csv")],
      ["file", (form) => form.delete("file")],
      ["file", (form) => form.set("file", "no file")],
    ];
    for (const [words, change] of refused) {
      const { status, text } = await uploadCsv(emulator, CSV, change);
      assertEquals(status, 403);
      assertMatch(text, new RegExp(words));
    }
  });
});

Deno.test("emulator of isingq refuses tasks that are wrong, saying what", async () => {
  await withEmulator({ machine: "isingq" }, async (emulator) => {
    const { url } = await uploadCsv(emulator, CSV);
    const create = `${emulator.url}/tasks/create-general`;
    const wrong: [string, Record<string, unknown>][] = [
      ["caculateCount", { caculateCount: undefined, calculateCount: 10 }],
      ["caculateCount must be from 1 to 10000", { caculateCount: 10_001 }],
      ["computerTypeId", { computerTypeId: 2 }],
      ["name", { name: undefined }],
      ["no file", { inputJFile: "http://example.com/0123abcd/q.csv" }],
    ];
    for (const [words, change] of wrong) {
      const [status, { msg, data }] = await sendJson(create, ISINGQ_HEADERS, isingqTask(url, change));
      assert(status >= 400 && msg.includes(words) && data === null, `${status} ${msg}`);
    }
    for (const csv of ["1,2\n3,4", "1,2", "1,x\n0,1", "1,,\n", "1,Infinity\n0,1"]) {
      const uploaded = await uploadCsv(emulator, csv);
      assertEquals((await sendJson(create, ISINGQ_HEADERS, isingqTask(uploaded.url)))[0], 400, csv);
    }
    assertEquals(emulator.accepted, []);
  });
});

Deno.test("emulator of isingq gives files up that a task has taken where room is lacking, and keeps the others", async () => {
  const rows = Array.from({ length: 40 }, (_, i) => Array.from({ length: 40 }, (_, j) => i === j ? -1 : 0).join(","));
  const csv = rows.join("\n");
  const limits = { memoryBytes: 40 * csv.length };
  await withEmulator({ machine: "isingq", sampler: simulatedAnnealing({ numSweeps: 1 }), limits }, async (emulator) => {
    const named = (k: number) => (form: FormData) => form.set("key", `${k.toString(16).padStart(8, "0")}/q.csv`);
    const create = async (url: string) =>
      (await sendJson(`${emulator.url}/tasks/create-general`, ISINGQ_HEADERS, isingqTask(url)))[0];
    const kept = await uploadCsv(emulator, csv, named(1000));
    for (let k = 0; k < 60; k++) {
      const { url, status } = await uploadCsv(emulator, csv, named(k));
      assertEquals([status, await create(url)], [200, 200], `job ${k}`);
    }
    assertEquals(await create(kept.url), 200);
  });
});
