import type { Socket } from "node:net";
import type { Agent, Request, fetch as undiciFetch } from "undici";
import type { EgressRefusalReason } from "../../../../contract/egress-refusals.ts";
import { AppError } from "../base/errors.ts";
import { EgressRefusal, type EgressSettings, openTunnel } from "./egress-tunnel.ts";

/** The way to servers outside of the platform. Only targets in the Tenant's `spec.egress` are reachable. */
export interface Outbound {
  /**
   * Like the global `fetch`, but through the egress proxy. A server's certificate is verified with Node's
   * authorities. Throws OUTBOUND_NOT_ALLOWED if the platform does not let this tenant reach the host,
   * OUTBOUND_UNREACHABLE if the host or the proxy does not answer. Only the log contains the cause.
   */
  readonly fetch: typeof undiciFetch;
  /**
   * Opens a connection through the egress proxy, without TLS of its own: the caller begins it. Throws as `fetch` does.
   */
  connect(target: Target): Promise<Socket>;
  close(): Promise<void>;
}

/** A server outside of the platform. */
export interface Target {
  readonly host: string;
  readonly port: number;
}

/** The longest time for a server to begin its answer, and between two parts of it. */
const answerTimeoutMs = 30_000;

/** The refusals that only a platform admin can resolve. */
const notAllowed: ReadonlySet<string> = new Set<EgressRefusalReason>([
  "not-listed",
  "suspended",
  "deleting",
  "unknown-tenant",
  "not-a-runtime",
  "forbidden-address",
]);

/**
 * @param settings undefined if the platform has no egress proxy: then nothing is allowed
 * @param onProxyLost called when the proxy itself cannot be reached
 */
export function createOutbound(
  settings: EgressSettings | undefined,
  onProxyLost: () => void = () => {},
): Outbound {
  if (settings === undefined) return nowhere;
  let client: Promise<Client> | undefined;
  return {
    async fetch(input, init) {
      client ??= openClient(settings, onProxyLost);
      const { fetch, Request, agent } = await client;
      // A fault of the request itself is the caller's, and is thrown here.
      const request = new Request(input, init);
      return fetch(request, { dispatcher: agent }).catch((error: unknown) => {
        throw asOutboundError(error);
      });
    },
    connect: ({ host, port }) =>
      openTunnel(settings, `${host}:${port}`).catch((cause: Error) => {
        if (!(cause instanceof EgressRefusal)) onProxyLost();
        throw outboundError(cause);
      }),
    close: async () => (await client)?.agent.destroy(),
  };
}

const refuse = async () => {
  throw new AppError("OUTBOUND_NOT_ALLOWED", { cause: new Error("the platform has no egress proxy") });
};

const nowhere: Outbound = {
  fetch: refuse,
  connect: refuse,
  close: async () => {},
};

interface Client {
  readonly fetch: typeof undiciFetch;
  readonly Request: typeof Request;
  readonly agent: Agent;
}

/** Loaded at the first use: most tenants send nothing, and an idle tenant must use few resources. */
async function openClient(settings: EgressSettings, onProxyLost: () => void): Promise<Client> {
  const { Agent, buildConnector, fetch, Request } = await import("undici");
  const secure = buildConnector({ allowH2: false });
  const agent = new Agent({
    headersTimeout: answerTimeoutMs,
    bodyTimeout: answerTimeoutMs,
    connect(options, callback) {
      const { hostname, protocol, port } = options;
      const target = `${hostname}:${port || (protocol === "https:" ? 443 : 80)}`;
      openTunnel(settings, target).then(
        (socket) => {
          if (protocol === "https:") secure({ ...options, httpSocket: socket }, callback);
          else callback(null, socket);
        },
        (error: Error) => {
          if (!(error instanceof EgressRefusal)) onProxyLost();
          callback(error, null);
        },
      );
    },
  });
  return { fetch, Request, agent };
}

/**
 * Converts network failures, for which fetch throws a TypeError with the reason as cause. Other errors are the
 * caller's fault.
 */
function asOutboundError(error: unknown): unknown {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  return outboundError(error.cause);
}

function outboundError(cause: Error): AppError {
  const refused = cause instanceof EgressRefusal && notAllowed.has(cause.reason);
  return new AppError(refused ? "OUTBOUND_NOT_ALLOWED" : "OUTBOUND_UNREACHABLE", { cause });
}
