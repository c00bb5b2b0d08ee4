import { once } from "node:events";
import type { Server } from "node:https";
import type { Duplex } from "node:stream";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { until } from "../machine/until.ts";
import { startTestGateway, type TestGateway } from "./testing/start-gateway.ts";

const [attacker, neighbour] = ["east.example.test", "west.example.test"];
/** Routes whose annotation asks for a filter that reads files, takes memory or connects elsewhere. */
const filtered = [
  `lua("function request(ctx, params) print(io.open('/etc/hostname'):read()) end")`,
  `static("/", "/etc")`,
  `basicAuth("/etc/hostname")`,
  `repeatContent("x", 4294967296)`,
  `tee("http://127.0.0.1:2379")`,
].map((filter, index) => ({
  filter,
  host: `filter-${index}.example.test`,
  address: `127.77.1.${index + 1}`,
  id: `k3v7q2mzy${"abcde"[index]}`,
  annotations: { "zalando.org/skipper-filter": filter },
}));
const minutes = 60_000;
/** More than the gateway reads of a head, and more than the buffers between it and the backend hold. */
const endless = 64 * 1024 * 1024;

let gateway: TestGateway;
/** The bytes of the attacker's last answer that the gateway has read. */
let taken = 0;

/** Needs root to give a process its own hosts file and to listen on port 443. */
describe.runIf(process.getuid?.() === 0)(
  "the gateway in front of an ISP's own image",
  { timeout: minutes },
  () => {
    beforeAll(async () => {
      gateway = await startTestGateway([
        { host: attacker, address: "127.77.0.3", id: "k3v7q2mzxc", setUp: endlessHeads },
        { host: neighbour, address: "127.77.0.4", id: "k3v7q2mzxd", setUp: longHeads },
        ...filtered,
      ]);
      await until("the routes to be known", async () =>
        (await gateway.get(neighbour)).status === 200 ? true : undefined,
      );
    }, 40 * minutes);

    afterAll(() => gateway?.[Symbol.asyncDispose]());

    it("reads 64 KiB of an endless head, and answers 502", async () => {
      expect((await gateway.get(attacker)).status).toBe(502);
      expect(taken).toBeLessThan(endless / 4);
      expect((await gateway.get(neighbour)).status).toBe(200);
    });

    it("reads no more of the answer to an upgrade", async () => {
      const socket = await gateway.upgrade(attacker);
      expect(String((await once(socket, "data"))[0])).toMatch(/^HTTP\/1.1 502 /);
      expect(taken).toBeLessThan(endless / 4);
      socket.destroy();
      const other = await gateway.upgrade(neighbour);
      expect(String((await once(other, "data"))[0])).toMatch(/^HTTP\/1.1 101 /);
      other.destroy();
    });

    it.each(filtered)("serves no route with the filter $filter", async ({ host, filter }) => {
      const refusal = `filter \\"${filter.split("(")[0]}\\" not found`;
      await until("the filter to be refused", async () =>
        gateway.log().includes(refusal) ? true : undefined,
      );
      expect((await gateway.get(host)).status).toBe(404);
    });

    it("reads neither the routes nor the Secrets of others", async () => {
      await gateway.create("/api/v1/namespaces", { metadata: { name: "others" } });
      const large = { data: { large: Buffer.alloc(700_000, 1).toString("base64") } };
      const names = Array.from({ length: 40 }, (_, index) => `large-${index}`);
      const secrets = "/api/v1/namespaces/others/secrets";
      await Promise.all(names.map((name) => gateway.create(secrets, { metadata: { name }, ...large })));
      const backend = { service: { name: "runtime", port: { number: 443 } } };
      const paths = [{ path: "/", pathType: "Prefix", backend }];
      await gateway.create("/apis/networking.k8s.io/v1/namespaces/others/ingresses", {
        metadata: { name: "theirs" },
        spec: { ingressClassName: "skipper", rules: [{ host: "theirs.example.test", http: { paths } }] },
      });
      await gateway.addHost({ host: "later.example.test", address: "127.77.0.9", id: "k3v7q2mzxj" });
      expect((await gateway.get("theirs.example.test", {}, neighbour)).status).toBe(404);
      expect(await gateway.peakMemory()).toBeLessThan(150 * 1024 * 1024);
      expect((await gateway.get(neighbour)).status).toBe(200);
    });

    it("answers 502 for bytes that are not HTTP", async () => {
      expect((await gateway.get(attacker, { ":path": "/nonsense" })).status).toBe(502);
    });
  },
);

function endlessHeads(backend: Server): void {
  backend.on("request", ({ url }, { socket }) => {
    if (url === "/nonsense") socket?.end("nonsense\r\n\r\n");
    else if (socket !== null) void sendEndlessHead(socket, "200 OK");
  });
  backend.on("upgrade", (_request, socket) => void sendEndlessHead(socket, "101 Switching Protocols"));
}

/** Sends lines of a head until the other side ends the connection. */
async function sendEndlessHead(socket: Duplex, status: string): Promise<void> {
  taken = 0;
  const ended = new Promise<void>((resolve) => socket.on("error", () => {}).on("close", () => resolve()));
  socket.write(`HTTP/1.1 ${status}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n`);
  for (let line = 0; taken < endless && !socket.destroyed; line += 1) {
    const text = `X-Line-${line}: ${"x".repeat(8_000)}\r\n`;
    taken += text.length;
    if (!socket.write(text)) await Promise.race([once(socket, "drain").catch(() => {}), ended]);
  }
  socket.end("\r\n");
}

/** A head within the limit: 40 KiB. */
function longHeads(backend: Server): void {
  const header = "x".repeat(40 * 1024);
  backend.on("request", (_request, response) => response.setHeader("x-long", header).end());
  backend.on("upgrade", (_request, socket) => {
    const head = ["HTTP/1.1 101 Switching Protocols", "Connection: Upgrade", "Upgrade: websocket"];
    socket.on("error", () => {}).write([...head, `X-Long: ${header}`, "", ""].join("\r\n"));
  });
}
