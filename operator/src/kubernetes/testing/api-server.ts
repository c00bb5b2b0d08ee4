import {
  type Kubernetes,
  type KubernetesOptions,
  startKubernetes,
} from "../../../../harness/services/kubernetes.ts";
import { KubernetesClient, type RequestObservation, writeVerbs } from "../client/client.ts";
import { loadAccess } from "../client/credentials.ts";

/** A client of a test's API server that counts what it asks. */
export interface CountingClient {
  readonly client: KubernetesClient;
  readonly requests: RequestObservation[];
  /** The verbs of all writes since the last call. */
  takeWrites(): string[];
}

/** @param server replaces the address of the kubeconfig, for a proxy in between */
export function countingClient(
  kubeconfigPath: string,
  options: { server?: string; requestTimeoutMs?: number; userAgent?: string } = {},
): CountingClient {
  const requests: RequestObservation[] = [];
  const access = loadAccess({ kubeconfigPath });
  const client = new KubernetesClient({
    access: options.server === undefined ? access : { ...access, server: options.server },
    userAgent: options.userAgent ?? "dotmac-test",
    ...(options.requestTimeoutMs === undefined ? {} : { requestTimeoutMs: options.requestTimeoutMs }),
    observe: (request) => requests.push(request),
  });
  return {
    client,
    requests,
    takeWrites: () =>
      requests
        .splice(0)
        .filter(({ verb }) => writeVerbs.has(verb))
        .map(({ verb }) => verb),
  };
}

/** An API server of a test file's own, for what other tests must not feel. */
export async function ownApiServer(options: KubernetesOptions = {}): Promise<Kubernetes> {
  return startKubernetes(options);
}
