import { Agent, type RequestOptions, request } from "node:https";

export interface JsonAnswer<Body> {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Body;
}

export interface JsonRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  /** Text and bytes are sent unchanged, any other value as JSON. */
  readonly body?: unknown;
  /** PEM of the authority to trust. */
  readonly ca: string;
  readonly agent?: Agent;
}

/** Sends one HTTPS request with a JSON body in both directions, on a separate connection unless an agent is given. */
export async function jsonRequest<Body>(url: string, options: JsonRequest): Promise<JsonAnswer<Body>> {
  const { method = "GET", headers = {}, body, ca, agent = new Agent({ keepAlive: false }) } = options;
  const asItIs = body === undefined || typeof body === "string" || Buffer.isBuffer(body);
  const content = asItIs ? body : JSON.stringify(body);
  const type = content === undefined ? {} : { "Content-Type": "application/json" };
  const settings: RequestOptions = { method, headers: { ...type, ...headers }, ca, agent };
  const { promise, resolve, reject } = Promise.withResolvers<JsonAnswer<Body>>();
  const sent = request(url, settings, async (response) => {
    try {
      const parts: Buffer[] = [];
      for await (const part of response) parts.push(part);
      const answer = Buffer.concat(parts).toString("utf8");
      resolve({
        status: response.statusCode ?? 0,
        headers: response.headers,
        body: parse(answer) as Body,
      });
    } catch (error) {
      reject(error);
    }
  });
  sent.on("error", reject);
  sent.end(content);
  return promise;
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
