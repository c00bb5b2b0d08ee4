import type { Agent, Request, fetch as undiciFetch } from "undici";
import type { EgressRefusalReason } from "../../../../contract/egress-refusals.ts";
import { AppError } from "../base/errors.ts";
import { EgressRefusal, type EgressSettings, openTunnel } from "./egress-tunnel.ts";

/** The way to what is outside of the platform: only what `spec.egress` of the Tenant lists is reached. */
export interface Outbound {
  /**
   * As the global `fetch`, through the egress proxy. A server's certificate is verified by the authorities that Node
   * knows. Throws OUTBOUND_NOT_ALLOWED when the platform does not let this tenant reach the host, OUTBOUND_UNREACHABLE
   * when the host or the proxy does not answer; the cause says more, to the log only.
   */
  readonly fetch: typeof undiciFetch;
  close(): Promise<void>;
}

/** For a server to begin its answer, and between two parts of it. */
const answerTimeoutMs = 30_000;

/** Only a change by the platform's administrators helps. */
const notAllowed: ReadonlySet<string> = new Set<EgressRefusalReason>([
  "not-listed",
  "suspended",
  "deleting",
  "unknown-tenant",
  "not-a-runtime",
  "forbidden-address",
]);

/**
 * @param settings undefined where the platform has no egress proxy: then nothing is allowed
 * @param onProxyLost called when the proxy itself could not be asked
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
      // What is wrong with the request itself is its caller's fault and thrown here.
      const request = new Request(input, init);
      return fetch(request, { dispatcher: agent }).catch((error: unknown) => {
        throw asOutboundError(error);
      });
    },
    close: async () => (await client)?.agent.destroy(),
  };
}

const nowhere: Outbound = {
  fetch: async () => {
    throw new AppError("OUTBOUND_NOT_ALLOWED", { cause: new Error("the platform has no egress proxy") });
  },
  close: async () => {},
};

interface Client {
  readonly fetch: typeof undiciFetch;
  readonly Request: typeof Request;
  readonly agent: Agent;
}

/** Loaded at the first use: most tenants send nothing, and an idle one must cost little. */
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

/** What fetch throws for the network is a TypeError with the reason as cause; all else is its caller's own. */
function asOutboundError(error: unknown): unknown {
  if (!(error instanceof TypeError) || !(error.cause instanceof Error)) return error;
  const { cause } = error;
  const refused = cause instanceof EgressRefusal && notAllowed.has(cause.reason);
  return new AppError(refused ? "OUTBOUND_NOT_ALLOWED" : "OUTBOUND_UNREACHABLE", { cause });
}
