import type { Server } from "node:https";
import type { AddressInfo } from "node:net";

/** Opens the port on all addresses and returns its number. Throws an error with advice when the port is in use. */
export async function listen(server: Server, port: number): Promise<number> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  server.once("error", reject);
  server.listen(port, () => {
    server.off("error", reject);
    resolve();
  });
  await promise.catch((cause: NodeJS.ErrnoException) => {
    throw new Error(`cannot listen on port ${port} (${cause.code}): free it or set another in tenant.json`, {
      cause,
    });
  });
  return (server.address() as AddressInfo).port;
}
