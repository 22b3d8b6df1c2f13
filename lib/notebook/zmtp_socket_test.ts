import { assert, assertEquals, assertRejects } from "@std/assert";
import { greeting, readyCommand } from "./_zmtp_bytes.ts";
import { MAX_MESSAGE_BYTES, type ZmtpAddress, ZmtpSocket } from "./zmtp_socket.ts";

/** A peer that answers as `serve` says, on a port or a Unix socket; gives its address. */
function peer(serve: (conn: Deno.Conn) => Promise<void>, path?: string) {
  const listener = path === undefined
    ? Deno.listen({ hostname: "127.0.0.1", port: 0 })
    : Deno.listen({ transport: "unix", path });
  const served = listener.accept().then(serve);
  const close = async () => {
    listener.close();
    await served;
  };
  const { addr } = listener;
  const address: ZmtpAddress = addr.transport === "unix" ? { path: `${path}` } : addr as Deno.NetAddr;
  return { address, [Symbol.asyncDispose]: close };
}

async function readBytes(conn: Deno.Conn, count: number): Promise<void> {
  for (let have = 0; have < count;) have += await conn.read(new Uint8Array(count - have)) ?? count;
}

async function shakeHands(conn: Deno.Conn): Promise<void> {
  await conn.write(greeting());
  await readBytes(conn, 64);
  await conn.write(readyCommand("DEALER", ""));
  await readBytes(conn, readyCommand("DEALER", "me").length);
}

for (const isUnix of Deno.build.os === "windows" ? [false] : [false, true]) {
  const over = isUnix ? "a Unix socket" : "TCP";
  Deno.test(`ZmtpSocket over ${over} gives back what an echo sends, short and long frames, empty ones`, async () => {
    const folder = await Deno.makeTempDir();
    try {
      await using echo = peer(async (conn) => {
        await shakeHands(conn);
        await conn.readable.pipeTo(conn.writable);
      }, isUnix ? `${folder}/ü socket` : undefined);
      using socket = await ZmtpSocket.connect(echo.address, "DEALER", "me");
      const frames = [0, 1, 255, 256, 300_000].map((size) => new Uint8Array(size).map((_, i) => i * 31));
      await Promise.all([socket.send(frames), socket.send([Uint8Array.of(7)])]);
      assertEquals(await socket.receive(), frames);
      assertEquals(await socket.receive(), [Uint8Array.of(7)]);
      socket.close();
      assertEquals(await socket.receive(), null);
    } finally {
      await Deno.remove(folder, { recursive: true });
    }
  });
}

Deno.test("ZmtpSocket.connect() says what is wrong with a peer of another protocol", async () => {
  await using web = peer(async (conn) => {
    await conn.write(new TextEncoder().encode("HTTP/1.1 400 Bad Request\r\n".padEnd(64)));
    await conn.readable.pipeTo(new WritableStream());
  });
  await assertRejects(() => ZmtpSocket.connect(web.address, "DEALER"), TypeError, "does not greet as ZMTP 3");
});

Deno.test("ZmtpSocket.receive() refuses a message that says it is too long before it reads it", async () => {
  await using liar = peer(async (conn) => {
    await shakeHands(conn);
    const head = new Uint8Array(9);
    head[0] = 2;
    new DataView(head.buffer).setBigUint64(1, BigInt(MAX_MESSAGE_BYTES + 1));
    await conn.write(head);
    await conn.readable.pipeTo(new WritableStream());
  });
  using socket = await ZmtpSocket.connect(liar.address, "DEALER", "me");
  await assertRejects(() => socket.receive(), RangeError, `more than ${MAX_MESSAGE_BYTES} bytes`);
});

Deno.test("ZmtpSocket.receive() gives null where the peer hangs up in the middle of a frame", async () => {
  await using rude = peer(async (conn) => {
    await shakeHands(conn);
    await conn.write(Uint8Array.of(0, 10, 1, 2));
    conn.close();
  });
  using socket = await ZmtpSocket.connect(rude.address, "DEALER", "me");
  assert(await socket.receive() === null);
});
