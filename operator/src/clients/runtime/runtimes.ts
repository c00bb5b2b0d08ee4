import { request } from "node:https";
import { type CredentialsReport, healthReport } from "../../../../contract/health-report.ts";
import { readBody } from "../../base/read-body.ts";

/** The address of one pod of a runtime. */
export interface RuntimeAddress {
  /** The pod's own address. A Service would not show which pod has answered. */
  readonly ip: string;
  /** The management port. */
  readonly port: number;
  /** The expected name in the pod's certificate. */
  readonly serverName: string;
}

/** The answer of a runtime, or the reason why there is none. */
export type RuntimeAnswer =
  | { readonly kind: "told"; readonly inUse: CredentialsReport }
  /** The runtime is too old to know the question. */
  | { readonly kind: "ignorant" }
  /** `reason` is for messages. */
  | { readonly kind: "silent"; readonly reason: string };

/** The management ports of the tenants' runtimes, addressed pod by pod. */
export interface Runtimes {
  credentialsInUse(address: RuntimeAddress): Promise<RuntimeAnswer>;
}

/** Short, so that a pod that does not answer does not block a worker of the operator. */
const timeout = 2_000;

/** Several times the size of a real answer. A tenant may control the answer. */
const mostBytes = 16 * 1024;

/** Connects by TLS only, and only to pods with the runtime's certificate. `ca` returns the PEM of its authority. */
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

/** Reads `/health`, whose body is the same with status 200 and 503. */
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
