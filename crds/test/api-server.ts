import { Agent, request } from "undici";
import type { KubernetesConnection } from "../../harness/services/kubernetes.ts";

/** A Kubernetes object in the form that a test writes. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "APPLY" | "DELETE";

export interface Answer {
  readonly status: number;
  /** The warnings, as in the headers `Warning`. */
  readonly warnings: readonly string[];
  // biome-ignore lint/suspicious/noExplicitAny: what the API server answers is what the tests are about
  readonly body: any;
}

/** The identity of a request: the owner of the token, or an impersonated user. */
export interface Identity {
  readonly token: string;
  readonly impersonate?: { readonly user: string; readonly groups?: readonly string[] };
}

/** Sends raw requests to the API server, so that a test sees its exact answers. */
export class ApiServer implements AsyncDisposable {
  readonly #url: string;
  readonly #agent: Agent;
  /** Names and values in turn, because there is one header for each group. */
  readonly #headers: readonly string[];

  constructor({ url, ca }: KubernetesConnection, { token, impersonate }: Identity) {
    this.#url = url;
    // Over HTTP/2, undici joins headers of the same name, which would make one group of several.
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
    // The answer for a path that is not served is plain text, and that of a watch without events is empty.
    const isJson = text !== "" && String(answer.headers["content-type"]).startsWith("application/json");
    const warnings = [answer.headers.warning ?? []].flat();
    return { status: answer.statusCode, warnings, body: isJson ? JSON.parse(text) : text };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
  }
}

const contentTypes: Partial<Record<Method, string>> = {
  PATCH: "application/merge-patch+json",
  // JSON is valid YAML.
  APPLY: "application/apply-patch+yaml",
};
