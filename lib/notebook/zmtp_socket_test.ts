import { assert, assertEquals, assertRejects } from "@std/assert";
import { greeting, readyCommand } from "./_zmtp_bytes.ts";
import { MAX_MESSAGE_BYTES, ZmtpSocket } from "./zmtp_socket.ts";

/** A peer that answers as `serve` says; gives its address. */
function peer(serve: (conn: Deno.TcpConn) => Promise<void>) {
  const listener = Deno.listen({ hostname: "127.0.0.1", port: 0 });
  const served = listener.accept().then(serve);
  const close = async () => {
    listener.close();
    await served;
  };
  return { address: { hostname: "127.0.0.1", port: listener.addr.port }, [Symbol.asyncDispose]: close };
}

async function readBytes(conn: Deno.TcpConn, count: number): Promise<void> {
  for (let have = 0; have < count;) have += await conn.read(new Uint8Array(count - have)) ?? count;
}

async function shakeHands(conn: Deno.TcpConn): Promise<void> {
  await conn.write(greeting());
  await readBytes(conn, 64);
  await conn.write(readyCommand("DEALER", ""));
  await readBytes(conn, readyCommand("DEALER", "me").length);
}

Deno.test("ZmtpSocket gives back what an echo sends, short and long frames, empty ones, in one message", async () => {
  await using echo = peer(async (conn) => {
    await shakeHands(conn);
    await conn.readable.pipeTo(conn.writable);
  });
  using socket = await ZmtpSocket.connect(echo.address, "DEALER", "me");
  const frames = [0, 1, 255, 256, 300_000].map((size) => new Uint8Array(size).map((_, i) => i * 31));
  await Promise.all([socket.send(frames), socket.send([Uint8Array.of(7)])]);
  assertEquals(await socket.receive(), frames);
  assertEquals(await socket.receive(), [Uint8Array.of(7)]);
  socket.close();
  assertEquals(await socket.receive(), null);
});

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
