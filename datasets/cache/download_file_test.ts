import { assert, assertEquals, assertRejects } from "@std/assert";
import { serveBytes, withFolder, withServer } from "../_testing.ts";
import { DataUnavailableError, downloadFile, type DownloadProgress, sha256 } from "./mod.ts";

const BYTES = Uint8Array.from({ length: 1000 }, (_, i) => (i * 7) % 251);
const WHOLE = { bytes: BYTES.length, sha256: await sha256(BYTES) };

async function names(folder: string): Promise<string[]> {
  const found: string[] = [];
  for await (const entry of Deno.readDir(folder)) found.push(entry.name);
  return found.sort();
}

/** The first `count` bytes, then the connection breaks. */
function broken(count: number): Response {
  let sent = false;
  return new Response(
    new ReadableStream({
      pull(controller) {
        if (sent) return controller.error(new Error("cable pulled"));
        sent = true;
        controller.enqueue(BYTES.slice(0, count));
      },
    }),
  );
}

/** A fetch that answers without a network. */
function answering(answer: (request: Request) => Response | Promise<Response>): typeof fetch {
  return async (input, init) => await answer(new Request(input, init));
}

Deno.test("downloadFile() leaves the whole file, no part, and makes the folder", async () => {
  await withFolder(async (folder) => {
    await withServer((request) => serveBytes(BYTES, request), async (url, asked) => {
      const progress: DownloadProgress[] = [];
      const path = `${folder}/deep/er/a.gz`;
      await downloadFile({ urls: [`${url}a.gz`], path, ...WHOLE, onProgress: (p) => progress.push(p) });
      assertEquals(await Deno.readFile(path), BYTES);
      assertEquals(await names(`${folder}/deep/er`), ["a.gz"]);
      assertEquals(progress.at(-1), { file: "a.gz", receivedBytes: 1000, totalBytes: 1000 });
      assertEquals(asked.map(({ range }) => range), [null]);
    });
  });
});

Deno.test("downloadFile() goes on where a broken download stopped, asking for the rest only", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    const options = { urls: ["http://mirror/a"], path, ...WHOLE };
    const error = await assertRejects(
      () => downloadFile({ ...options, fetch: answering(() => broken(400)) }),
      DataUnavailableError,
    );
    assert(error.message.includes("http://mirror/a broke off after 400 of 1000 bytes"), error.message);
    assertEquals(await names(folder), ["a.gz.part"]);
    await withServer((request) => serveBytes(BYTES, request), async (url, asked) => {
      const seen: number[] = [];
      await downloadFile({ ...options, urls: [url], onProgress: (p) => seen.push(p.receivedBytes) });
      assertEquals(asked.map(({ range }) => range), ["bytes=400-"]);
      assert(seen[0] > 400, `${seen}`);
    });
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(await names(folder), ["a.gz"]);
  });
});

Deno.test("downloadFile() starts again where the server ignores the range", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    await Deno.writeFile(`${path}.part`, BYTES.slice(0, 400));
    await withServer(() => new Response(BYTES), async (url, asked) => {
      await downloadFile({ urls: [url], path, ...WHOLE });
      assertEquals(asked.map(({ range }) => range), ["bytes=400-"]);
    });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() throws away a wrong part: other bytes, too many, or a range nobody asked for", async () => {
  const parts: [Uint8Array, (string | null)[]][] = [
    [BYTES.slice(0, 400).fill(0), ["bytes=400-", null]],
    [new Uint8Array(1001), [null]],
    [new Uint8Array(1000), [null]],
  ];
  for (const [part, ranges] of parts) {
    await withFolder(async (folder) => {
      const path = `${folder}/a.gz`;
      await Deno.writeFile(`${path}.part`, part);
      await withServer((request) => serveBytes(BYTES, request), async (url, asked) => {
        await downloadFile({ urls: [url], path, ...WHOLE });
        assertEquals(asked.map(({ range }) => range), ranges);
      });
      assertEquals(await Deno.readFile(path), BYTES);
    });
  }
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    await Deno.writeFile(`${path}.part`, BYTES.slice(0, 400));
    const wrong = new Response(BYTES.slice(300), { status: 206, headers: { "content-range": "bytes 300-999/1000" } });
    await downloadFile({
      urls: ["http://mirror/a"],
      path,
      ...WHOLE,
      fetch: answering((request) => request.headers.has("range") ? wrong : new Response(BYTES)),
    });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() takes a part that lacks only the check without asking anybody", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    await Deno.writeFile(`${path}.part`, BYTES);
    const nobody = () => Promise.reject(new Error("asked"));
    await downloadFile({ urls: ["http://mirror/a"], path, ...WHOLE, fetch: nobody });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() starts again after 416", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    await Deno.writeFile(`${path}.part`, BYTES.slice(0, 10));
    await downloadFile({
      urls: ["http://mirror/a"],
      path,
      ...WHOLE,
      fetch: answering((request) =>
        request.headers.has("range") ? new Response(null, { status: 416 }) : new Response(BYTES)
      ),
    });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() leaves nothing of a file with a wrong digest and names both digests", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    const other = BYTES.map((byte) => byte ^ 1);
    const error = await assertRejects(
      () =>
        downloadFile({
          urls: ["http://mirror/a"],
          path,
          ...WHOLE,
          wayOut: "ask",
          fetch: answering(() => new Response(other)),
        }),
      DataUnavailableError,
    );
    const said = `expected SHA-256 ${WHOLE.sha256}, got ${await sha256(other)}; ask`;
    assertEquals(error.message, `Cannot download a.gz: http://mirror/a gave other contents: ${said}`);
    assertEquals(await names(folder), []);
  });
});

Deno.test("downloadFile() tries the mirrors in order and says what each of them gave", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    const answers: Record<string, () => Response | Promise<Response>> = {
      "http://one/": () => new Response("no", { status: 404, statusText: "Not Found" }),
      "http://two/": () => Promise.reject(new TypeError("no route")),
      "http://three/": () => new Response(BYTES.slice(0, 50)),
      "http://four/": () => new Response(new Uint8Array(1001)),
    };
    const asking = answering((request) => answers[request.url]());
    const urls = Object.keys(answers);
    const error = await assertRejects(
      () => downloadFile({ urls, path, ...WHOLE, fetch: asking }),
      DataUnavailableError,
    );
    assertEquals(
      error.message,
      "Cannot download a.gz: http://one/ answered 404 Not Found; http://two/ could not be reached (no route); " +
        "http://three/ ended after 50 of 1000 bytes; http://four/ gave more than the expected 1000 bytes; " +
        "check the network and try again",
    );
    answers["http://five/"] = () => new Response(BYTES);
    await downloadFile({ urls: [...urls, "http://five/"], path, ...WHOLE, fetch: asking });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() reports a port where nobody listens", async () => {
  await withFolder(async (folder) => {
    let closed = "";
    await withServer(() => new Response(), (url) => {
      closed = url;
      return Promise.resolve();
    });
    await assertRejects(
      () => downloadFile({ urls: [closed], path: `${folder}/a`, ...WHOLE }),
      DataUnavailableError,
      "could not be reached",
    );
    assertEquals(await names(folder), []);
  });
});

Deno.test("downloadFile() stops when told to, keeps what came, and goes on with it", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    const stop = new AbortController();
    const reason = new Error("enough");
    // 300 bytes, then silence until the reader goes away
    const slow = () =>
      new Response(new ReadableStream({ start: (controller) => controller.enqueue(BYTES.slice(0, 300)) }));
    await withServer(slow, async (url) => {
      const options = { urls: [url], path, ...WHOLE, signal: stop.signal, onProgress: () => stop.abort(reason) };
      assertEquals(await assertRejects(() => downloadFile(options)), reason);
    });
    assertEquals(await names(folder), ["a.gz.part"]);
    assertEquals(await Deno.readFile(`${path}.part`), BYTES.slice(0, 300));
    await withServer((request) => serveBytes(BYTES, request), async (url, asked) => {
      await downloadFile({ urls: [url], path, ...WHOLE });
      assertEquals(asked[0].range, "bytes=300-");
    });
    assertEquals(await Deno.readFile(path), BYTES);
  });
});

Deno.test("downloadFile() gives up a mirror that falls silent", async () => {
  await withFolder(async (folder) => {
    const silent: typeof fetch = (_, init) =>
      new Promise((_, reject) => init?.signal?.addEventListener("abort", () => reject(init.signal?.reason)));
    await assertRejects(
      () =>
        downloadFile({ urls: ["http://mirror/a"], path: `${folder}/a`, ...WHOLE, fetch: silent, stallTimeoutMs: 5 }),
      DataUnavailableError,
      "http://mirror/a sent nothing for 5 ms",
    );
  });
});

Deno.test("downloadFile() asks once where two calls want the same file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    await withServer((request) => serveBytes(BYTES, request), async (url, asked) => {
      const options = { urls: [url], path, ...WHOLE };
      await Promise.all([downloadFile(options), downloadFile(options), downloadFile(options)]);
      assertEquals(asked.length, 1);
    });
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(await names(folder), ["a.gz"]);
  });
});

Deno.test("downloadFile() succeeds after another call, at the same time, was given a wrong file", async () => {
  await withFolder(async (folder) => {
    const path = `${folder}/a.gz`;
    let count = 0;
    const asking = answering(() => new Response(count++ === 0 ? BYTES.slice().fill(0) : BYTES));
    const options = { urls: ["http://mirror/a"], path, ...WHOLE, fetch: asking };
    const ends = await Promise.allSettled([downloadFile(options), downloadFile(options)]);
    assertEquals(ends.map(({ status }) => status).sort(), ["fulfilled", "rejected"]);
    assertEquals(await Deno.readFile(path), BYTES);
    assertEquals(await names(folder), ["a.gz"]);
  });
});

Deno.test("downloadFile() names the folder that it cannot write to", async () => {
  await withFolder(async (folder) => {
    await Deno.writeTextFile(`${folder}/file`, "");
    await assertRejects(
      () => downloadFile({ urls: [], path: `${folder}/file/a.gz`, ...WHOLE }),
      DataUnavailableError,
      `Cannot keep ${folder}/file/a.gz`,
    );
  });
});
