import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Registry } from "prom-client";
import { followCertificate } from "../../http/server/api-server.ts";
import type { ServerTls } from "../../platform/files/tls.ts";
import type { Watched } from "../../platform/files/watched-file.ts";
import { type HealthReport, started } from "./health-report.ts";

export interface ManagementOptions {
  readonly tls: Watched<ServerTls>;
  readonly registry: Registry;
  readonly report: () => HealthReport;
}

interface Answer {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

/**
 * Health and metrics, on a port that no route of a gateway reaches. `live` says that the process runs, `startup` that
 * all phases have finished, `ready` that it can receive requests. `/health` gives the reasons.
 */
export function createManagementServer({ tls, registry, report }: ManagementOptions): Server {
  const answers: Record<string, () => Answer | Promise<Answer>> = {
    "/health/live": () => verdict(true, report()),
    "/health/startup": () => verdict(started(report().state), report()),
    "/health/ready": () => verdict(report().state === "Healthy", report()),
    "/health": () => healthAnswer(report()),
    "/metrics": async () => ({ status: 200, type: registry.contentType, text: await registry.metrics() }),
  };
  const handle = async (request: IncomingMessage, response: ServerResponse) => {
    const path = request.url?.split("?", 1)[0] ?? "";
    send(response, await (answers[path] ?? (() => notFound(Object.keys(answers))))());
  };
  const server = createServer({ ...tls.current(), minVersion: "TLSv1.2" }, (request, response) => {
    handle(request, response).catch((error: unknown) => response.destroy(error as Error));
  });
  followCertificate(server, tls);
  return server;
}

function verdict(good: boolean, { state }: HealthReport): Answer {
  return json(good ? 200 : 503, { ok: good, state });
}

function healthAnswer(report: HealthReport): Answer {
  const serving = report.status === "healthy" || report.status === "degraded";
  return json(serving ? 200 : 503, report);
}

function notFound(paths: readonly string[]): Answer {
  return json(404, { error: `ask for one of ${paths.join(", ")}` });
}

function json(status: number, body: object): Answer {
  return { status, type: "application/json; charset=utf-8", text: JSON.stringify(body) };
}

function send(response: ServerResponse, { status, type, text }: Answer): void {
  response.writeHead(status, { "Content-Type": type, "Cache-Control": "no-store" }).end(text);
}
