import {
  type ConnectionOptions,
  type NatsConnection,
  NatsConnectionImpl,
  setTransportFactory,
} from "@nats-io/transport-node";
import { nodeResolveHost, NodeTransport } from "@nats-io/transport-node/lib/node_transport.js";
import type { Socket } from "node:net";

/** Connects as the client library does, by sockets whose errors come to nobody when nobody waits for them. */
export function connect(options: ConnectionOptions): Promise<NatsConnection> {
  setTransportFactory({ factory: () => new Transport(), dnsResolveFn: nodeResolveHost });
  return NatsConnectionImpl.connect(options);
}

class Transport extends NodeTransport {
  override async dial(where: { hostname: string; port: number }): Promise<Socket> {
    return heard(await super.dial(where));
  }

  override async startTLS(): ReturnType<NodeTransport["startTLS"]> {
    return heard(await super.startTLS());
  }
}

/**
 * A socket that always has somebody to hear its errors.
 *
 * The library takes every listener away when it closes a socket. A reset that came in the same turn of the event loop, as it
 * does from a server that refuses credentials, is told a turn later; an error that nobody hears ends the process.
 */
function heard<T extends Socket>(socket: T): T {
  const remove = socket.removeAllListeners.bind(socket);
  socket.removeAllListeners = (...events) => {
    remove(...events);
    socket.on("error", () => {});
    return socket;
  };
  socket.on("error", () => {});
  return socket;
}
