import { Agent, request } from "undici";
import { until } from "../machine/until.ts";

/** The address of one ISP: its own host name, at the gateway's address. */
export interface Endpoint {
  readonly host: string;
  readonly address: string;
  readonly port: number;
  /** PEM of the authority that signed the host's certificate. */
  readonly ca: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  // biome-ignore lint/suspicious/noExplicitAny: a test reads any answer of the server
  readonly body: any;
}

export interface Call {
  readonly token?: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

/** A client of one ISP's API, as its staff use it: by host name and verified TLS, through the gateway. */
export class IspClient {
  readonly #agent: Agent;
  readonly #origin: string;

  constructor(endpoint: Endpoint, connections = 16) {
    this.#origin = `https://${endpoint.host}:${endpoint.port}`;
    this.#agent = new Agent({
      connections,
      connect: {
        ca: endpoint.ca,
        servername: endpoint.host,
        lookup: (_host, options, found) =>
          options.all
            ? found(null, [{ address: endpoint.address, family: 4 }])
            : found(null, endpoint.address, 4),
      },
    });
  }

  /** Sends one request below `/api/v1`. Resolves for every status. Rejects only without an answer. */
  async call(
    method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
    path: string,
    call: Call = {},
  ): Promise<Answer> {
    const response = await request(`${this.#origin}/api/v1${path}`, {
      method,
      dispatcher: this.#agent,
      headers: {
        ...(call.body === undefined ? {} : { "content-type": "application/json" }),
        ...(call.token === undefined ? {} : { authorization: `Bearer ${call.token}` }),
        ...call.headers,
      },
      body: call.body === undefined ? null : JSON.stringify(call.body),
    });
    const text = await response.body.text();
    return {
      status: response.statusCode,
      headers: response.headers,
      body: text === "" ? undefined : parseOrKeep(text),
    };
  }

  /**
   * Resolves when the gateway routes to the ISP. The gateway learns of a new host a moment after the tenant is
   * Ready.
   */
  async served(): Promise<void> {
    await until(`${this.#origin} to be served`, async () => {
      const { status } = await this.call("GET", "/openapi.json");
      return status === 200 ? true : undefined;
    });
  }

  async close(): Promise<void> {
    await this.#agent.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }
}

/** Keeps a gateway's own error pages, which are plain text, for the messages of failed assertions. */
function parseOrKeep(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** Returns the answer if it has the expected status. @throws an Error with the answer otherwise. */
export async function expectStatus(status: number, pending: Promise<Answer>): Promise<Answer> {
  const answer = await pending;
  if (answer.status !== status) {
    throw new Error(`Expected status ${status}, found ${answer.status}: ${JSON.stringify(answer.body)}`);
  }
  return answer;
}
