import { spawn } from "node:child_process";
import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Server, type Socket } from "node:net";
import { createServer as createTlsServer } from "node:tls";
import type { Authority } from "../../../../harness/authority/authority.ts";

/** A server on a loopback address that represents a server of the internet. */
export interface OutsideServer extends AsyncDisposable {
  readonly port: number;
  /** The accepted connections so far, oldest first. */
  readonly sockets: readonly Socket[];
}

/** Accepts TCP connections at an address of 127.0.0.0/8 and passes each to `serve`. */
export async function startOutside(address: string, serve: (socket: Socket) => void): Promise<OutsideServer> {
  return started(createServer({ allowHalfOpen: true }, serve), address);
}

/** Starts a TLS server of this name that echoes its input. */
export async function startSecureEcho(
  address: string,
  { authority, name }: { authority: Authority; name: string },
): Promise<OutsideServer> {
  const { certificate: cert, key } = await authority.issue({ dnsNames: [name] });
  const server = createTlsServer({ cert, key }, (socket) => {
    socket.on("error", () => {}).pipe(socket);
  });
  return started(server, address);
}

async function started(server: Server, address: string): Promise<OutsideServer> {
  const sockets: Socket[] = [];
  server.on("connection", (socket: Socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
  });
  server.listen(0, address);
  await once(server, "listening");
  return {
    port: (server.address() as AddressInfo).port,
    sockets,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      server.close();
      await once(server, "close");
    },
  };
}

/**
 * A port that does not answer. Its process accepts no connection and its queue is full, so the kernel drops new
 * packets, as a firewall does.
 */
export async function startSilence(address: string): Promise<AsyncDisposable & { readonly port: number }> {
  const script = `
    const server = require("node:net").createServer();
    server.listen({ port: 0, host: ${JSON.stringify(address)}, backlog: 1 }, () => {
      require("node:fs").writeSync(1, String(server.address().port));
      Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
    });`;
  const child = spawn(process.execPath, ["-e", script], { stdio: ["ignore", "pipe", "inherit"] });
  const [printed] = (await once(child.stdout, "data")) as [Buffer];
  const port = Number(printed.toString());
  const fillers = Array.from({ length: 8 }, () => connect(port, address).on("error", () => {}));
  await once(fillers[1] as Socket, "connect");
  return {
    port,
    async [Symbol.asyncDispose]() {
      for (const filler of fillers) filler.destroy();
      child.kill("SIGKILL");
      await once(child, "exit");
    },
  };
}
