import { once } from "node:events";
import { createServer, type Server, type ServerResponse } from "node:http";
import type { Registry } from "prom-client";

export interface ManagementOptions {
  readonly registry: Registry;
  /** Defaults 8080 and 8081. 0 takes any free port. */
  readonly metricsPort?: number;
  readonly healthPort?: number;
  /** Reasons to restart the process. Empty when it is healthy. */
  readonly deadly: () => readonly string[];
  /** Conditions that the process still waits for. Empty when ready. */
  readonly pending: () => readonly string[];
}

/** The HTTP servers for Prometheus and for probes. */
export interface Management {
  readonly metricsPort: number;
  readonly healthPort: number;
  close(): Promise<void>;
}

/** Serves `/metrics` on one port and `/healthz` and `/readyz` on another. */
export async function serveManagement(options: ManagementOptions): Promise<Management> {
  const metrics = await listen(options.metricsPort ?? 8080, async (path, response) => {
    if (path !== "/metrics") return answer(response, 404, "request /metrics\n");
    answer(response, 200, await options.registry.metrics(), options.registry.contentType);
  });
  const health = await listen(options.healthPort ?? 8081, async (path, response) => {
    if (path === "/healthz") return report(response, options.deadly());
    if (path === "/readyz") return report(response, options.pending());
    answer(response, 404, "request /healthz or /readyz\n");
  });
  return {
    metricsPort: portOf(metrics),
    healthPort: portOf(health),
    close: async () => {
      await Promise.all([close(metrics), close(health)]);
    },
  };
}

type Handler = (path: string, response: ServerResponse) => Promise<void>;

async function listen(port: number, handle: Handler): Promise<Server> {
  const server = createServer((request, response) => {
    const path = (request.url ?? "/").split("?")[0] ?? "/";
    handle(path, response).catch(() => answer(response, 500, "failed\n"));
  });
  server.listen(port);
  await once(server, "listening");
  return server;
}

function report(response: ServerResponse, faults: readonly string[]): void {
  if (faults.length === 0) answer(response, 200, "ok\n");
  else answer(response, 503, `${faults.join("\n")}\n`);
}

function answer(
  response: ServerResponse,
  code: number,
  body: string,
  type = "text/plain; charset=utf-8",
): void {
  response.writeHead(code, { "content-type": type, "cache-control": "no-store" }).end(body);
}

function portOf(server: Server): number {
  const address = server.address();
  return typeof address === "object" && address ? address.port : 0;
}

async function close(server: Server): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}
