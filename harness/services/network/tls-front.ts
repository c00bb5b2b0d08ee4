import { once } from "node:events";
import type { AddressInfo } from "node:net";
import { connect, createServer, type TLSSocket } from "node:tls";
import type { KeyPair } from "../../authority/authority.ts";

/** A TLS server with its own certificate before another server, on its own loopback port. */
export interface TlsFront extends AsyncDisposable {
  readonly port: number;
  /** Number of successful handshakes: the client has verified the certificate. */
  readonly trusted: number;
  /** Number of handshakes that the client aborted. */
  readonly refused: number;
  /** Uses another certificate from now on, and ends every connection. */
  present(pair: KeyPair): void;
}

/** @param target a server that speaks TLS from the first byte, verified by `ca` */
export async function startTlsFront(
  target: { readonly host: string; readonly port: number; readonly ca: string },
  { certificate: cert, key }: KeyPair,
): Promise<TlsFront> {
  const sockets = new Set<TLSSocket>();
  const endAll = () => {
    for (const socket of sockets) socket.destroy();
  };
  let [trusted, refused] = [0, 0];
  const server = createServer({ cert, key }, (near) => {
    trusted += 1;
    const far = connect({ ...target, servername: target.host });
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {}).on("close", () => sockets.delete(socket));
      socket.once("close", () => void (socket === near ? far : near).destroy());
    }
    near.pipe(far).pipe(near);
  });
  server.on("tlsClientError", () => (refused += 1));
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    port: (server.address() as AddressInfo).port,
    get trusted() {
      return trusted;
    },
    get refused() {
      return refused;
    },
    present(pair) {
      server.setSecureContext({ cert: pair.certificate, key: pair.key });
      endAll();
    },
    async [Symbol.asyncDispose]() {
      server.close();
      endAll();
      await once(server, "close");
    },
  };
}
