import {
  type Kubernetes,
  type KubernetesOptions,
  startKubernetes,
} from "../../../../harness/services/kubernetes.ts";
import { KubernetesClient, type RequestObservation, type Verb } from "../client/client.ts";
import { loadAccess } from "../client/credentials.ts";

/** The writing verbs. An unchanged tenant must never cause one. */
const writeVerbs: ReadonlySet<Verb> = new Set(["create", "replace", "apply", "patch", "delete"]);

/** A client of a test's API server that counts its requests. */
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

/** Starts an API server for one test file, for actions that must not affect other tests. */
export async function ownApiServer(options: KubernetesOptions = {}): Promise<Kubernetes> {
  return startKubernetes(options);
}
