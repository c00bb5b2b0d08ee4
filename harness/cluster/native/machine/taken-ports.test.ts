import { once } from "node:events";
import { createServer, type Server } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { requirePorts } from "./taken-ports.ts";

let server: Server;
let port: number;
beforeEach(() => {
  server = createServer();
});
afterEach(() => server.close());

async function listenOn(address: string): Promise<void> {
  await once(server.listen(0, address), "listening");
  port = (server.address() as { port: number }).port;
}

describe.runIf(process.platform === "linux")("a port that the cluster needs", () => {
  it.each(["0.0.0.0", "::"])(
    "is taken by a program that listens on %s, and the program is named",
    async (address) => {
      await listenOn(address);
      await expect(requirePorts({ [port]: "etcd" })).rejects.toThrow(
        `listen on ports that the cluster needs: ${port} (etcd). \`ss -ltnp\` shows them. Stop them`,
      );
    },
  );

  it("is free when a program listens on another address only", async () => {
    await listenOn("127.0.0.1");
    await requirePorts({ [port]: "etcd" });
  });
});
