import { once } from "node:events";
import { describe, expect, it } from "vitest";
import { freePort } from "../../../harness/services/network/free-port.ts";
import { startOutside, startSilence } from "../egress/testing/outside-servers.ts";
import { ConnectTimeout, connectWithin } from "./connect-within.ts";

const host = "127.0.0.1";

describe("a connection with a time limit", () => {
  it("is open, and the limit does not bound its later use", async () => {
    await using echo = await startOutside(host, (socket) => void socket.pipe(socket));
    const socket = await connectWithin(2_000, { host, port: echo.port });
    expect(socket.timeout).toBeFalsy();
    socket.write("x");
    expect(String((await once(socket, "data"))[0])).toBe("x");
    socket.destroy();
  });

  it("fails when the server does not accept it", async () => {
    await using silence = await startSilence(host);
    await expect(connectWithin(100, { host, port: silence.port })).rejects.toThrow(ConnectTimeout);
  });

  it("fails at once when it is refused", async () => {
    const port = await freePort();
    await expect(connectWithin(60_000, { host, port })).rejects.toMatchObject({ code: "ECONNREFUSED" });
  });

  it("does not end the process by an error after it was opened", async () => {
    await using rude = await startOutside(
      host,
      (socket) => void socket.once("data", () => socket.resetAndDestroy()),
    );
    const socket = await connectWithin(2_000, { host, port: rude.port });
    socket.write("x");
    await new Promise((resolve) => socket.once("close", resolve));
    expect(socket.errored).toMatchObject({ code: "ECONNRESET" });
  });
});
