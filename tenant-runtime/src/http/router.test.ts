import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import express from "express";
import { expect, it } from "vitest";
import { systemClock } from "../../../process/clock.ts";
import { requestId } from "./middleware/record/request-id.ts";
import { type Route, route } from "./route/route.ts";
import { createRouter, type Gates } from "./router.ts";

const gates = { clock: systemClock, allowsOrigin: () => true } as unknown as Gates;

const at = (path: string): Route =>
  route({
    method: "get",
    path,
    operationId: path,
    summary: "",
    tags: [],
    access: "public",
    limits: [],
    responses: {},
    handle: async () => ({ status: 200, contentType: "text/plain", content: path }),
  });

it("prefers a literal path to a parameter in any order of the routes", async () => {
  const paths = [
    "/x/{id}",
    "/z",
    "/x/{id}/parts",
    "/x/export",
    "/x/export/parts",
    "/{any}/parts",
    "/x/parts",
  ];
  for (const listed of [paths, paths.toReversed()]) {
    const app = express().use(requestId, createRouter(listed.map(at), gates));
    const server = createServer(app).listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
    expect(await ask("/x/export")).toBe("/x/export");
    expect(await ask("/x/1")).toBe("/x/{id}");
    expect(await ask("/x/export/parts")).toBe("/x/export/parts");
    expect(await ask("/x/1/parts")).toBe("/x/{id}/parts");
    expect(await ask("/x/parts")).toBe("/x/parts");
    expect(await ask("/y/parts")).toBe("/{any}/parts");
    server.closeAllConnections();
    server.close();
  }
});
