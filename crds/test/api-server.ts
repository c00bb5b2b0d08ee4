import { KubeConfig } from "@kubernetes/client-node";
import { Agent, request } from "undici";

/** A Kubernetes object as a test writes it. */
export interface Manifest {
  apiVersion: string;
  kind: string;
  metadata: { name: string; namespace?: string; resourceVersion?: string; [field: string]: unknown };
  [field: string]: unknown;
}

export type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

export interface Answer {
  readonly status: number;
  // biome-ignore lint/suspicious/noExplicitAny: what the API server answers is what the tests are about
  readonly body: any;
}

/** Talks to the API server in its own terms, so that a test sees exactly what it answers. */
export class ApiServer {
  readonly #url: string;
  readonly #agent: Agent;
  readonly #authorization: string | undefined;

  private constructor(url: string, agent: Agent, authorization: string | undefined) {
    this.#url = url;
    this.#agent = agent;
    this.#authorization = authorization;
  }

  /** As the user of the kubeconfig's current context. */
  static async from(kubeconfigPath: string): Promise<ApiServer> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const tls: { ca?: Buffer; cert?: Buffer; key?: Buffer; headers?: Record<string, string> } = {};
    await config.applyToHTTPSOptions(tls);
    const { ca, cert, key } = tls;
    return new ApiServer(
      config.getCurrentCluster()?.server ?? "",
      new Agent({ connect: { ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) } }),
      tls.headers?.Authorization,
    );
  }

  /** As the owner of a token, on connections of its own that carry no client certificate. */
  static async withToken(kubeconfigPath: string, token: string): Promise<ApiServer> {
    const config = new KubeConfig();
    config.loadFromFile(kubeconfigPath);
    const tls: { ca?: Buffer } = {};
    await config.applyToHTTPSOptions(tls);
    return new ApiServer(
      config.getCurrentCluster()?.server ?? "",
      new Agent({ connect: { ...(tls.ca && { ca: tls.ca }) } }),
      `Bearer ${token}`,
    );
  }

  async send(method: Method, path: string, body?: unknown, accept = "application/json"): Promise<Answer> {
    const answer = await request(this.#url + path, {
      method,
      dispatcher: this.#agent,
      headers: {
        accept,
        ...(this.#authorization && { authorization: this.#authorization }),
        ...(body !== undefined && {
          "content-type": method === "PATCH" ? "application/merge-patch+json" : "application/json",
        }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    });
    return { status: answer.statusCode, body: await answer.body.json() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#agent.close();
  }
}
