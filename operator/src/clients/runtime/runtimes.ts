import { request } from "node:https";
import { type CredentialsReport, healthReport } from "../../../../contract/health-report.ts";
import { readBody } from "../../base/read-body.ts";

/** Where one pod of a runtime is. */
export interface RuntimeAddress {
  /** The pod's own address: behind a Service one cannot tell which pod has answered. */
  readonly ip: string;
  /** The management port. */
  readonly port: number;
  /** The name that its certificate must be for. */
  readonly serverName: string;
}

/** The answer of a runtime, or why there is none. */
export type RuntimeAnswer =
  | { readonly kind: "told"; readonly inUse: CredentialsReport }
  /** It is older than this question. */
  | { readonly kind: "ignorant" }
  /** With the reason, for people. */
  | { readonly kind: "silent"; readonly reason: string };

/** The tenants' runtimes, each pod by itself, at their management port. */
export interface Runtimes {
  credentialsInUse(address: RuntimeAddress): Promise<RuntimeAnswer>;
}

/** A pod that does not answer must not hold up a worker of the operator. */
const timeout = 2_000;

/** Several times what a runtime tells: what answers is in a tenant's hands. */
const mostBytes = 16 * 1024;

/** Speaks TLS, and to nobody who cannot show the runtime's certificate. `ca` gives the PEM of its authority. */
export function connectRuntimes({ ca }: { readonly ca: () => string }): Runtimes {
  return {
    async credentialsInUse(address) {
      try {
        const { data } = healthReport.safeParse(await ask(address, ca()));
        return data === undefined ? { kind: "ignorant" } : { kind: "told", inUse: data.credentials };
      } catch (error) {
        return { kind: "silent", reason: reasonOf(error) };
      }
    },
  };
}

/** `/health` tells in any state: 200 and 503 have the same body. */
async function ask({ ip, port, serverName }: RuntimeAddress, ca: string): Promise<unknown> {
  const { promise, resolve, reject } = Promise.withResolvers<unknown>();
  const signal = AbortSignal.timeout(timeout);
  const options = { host: ip, port, servername: serverName, ca, agent: false, signal };
  request({ ...options, path: "/health" }, (response) => {
    readBody(response, mostBytes).then(JSON.parse).then(resolve, reject);
  })
    .once("error", reject)
    .end();
  return promise;
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if (error.name === "AbortError" || error.name === "TimeoutError") return `no answer within ${timeout} ms`;
  return error.message;
}
