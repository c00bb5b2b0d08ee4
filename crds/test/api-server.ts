import { Agent, request } from "undici";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";

/** A Kubernetes object as a test writes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "APPLY" | "DELETE";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the API server answers is what the tests are about
  readonly body: any;
}

/** Who asks: the owner of the token, or whom they stand in for. */
export interface Identity {
  readonly token: string;
  readonly impersonate?: { readonly user: string; readonly groups?: readonly string[] };
}

/** Talks to the API server in its own terms, so that a test sees exactly what it answers. */
export class ApiServer implements AsyncDisposable {
  readonly #url: string;
  readonly #agent: Agent;
  /** Names and values in turn, because a header for groups comes once per group. */
  readonly #headers: readonly string[];

  constructor({ url, ca }: KubernetesConnection, { token, impersonate }: Identity) {
    this.#url = url;
    // Over HTTP/2 undici makes one header of several of a name, which here is one group of all.
    this.#agent = new Agent({ connect: { ca }, allowH2: false });
    this.#headers = [
      ...["authorization", `Bearer ${token}`],
      ...(impersonate ? ["impersonate-user", impersonate.user] : []),
      ...(impersonate?.groups ?? []).flatMap((group) => ["impersonate-group", group]),
    ];
  }

  async send(method: Method, path: string, body?: unknown, accept = "application/json"): Promise<Answer> {
    const answer = await request(this.#url + path, {
      method: method === "APPLY" ? "PATCH" : method,
      dispatcher: this.#agent,
      headers: [
        ...this.#headers,
        "accept",
        accept,
        "content-type",
        contentTypes[method] ?? "application/json",
      ],
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    const text = await answer.body.text();
    // A path that is not served is answered in plain text, a watch without events with nothing.
    const isJson = text !== "" && String(answer.headers["content-type"]).startsWith("application/json");
    return { status: answer.statusCode, body: isJson ? JSON.parse(text) : text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
  }
}

const contentTypes: Partial<Record<Method, string>> = {
  PATCH: "application/merge-patch+json",
  // JSON is YAML.
  APPLY: "application/apply-patch+yaml",
};
