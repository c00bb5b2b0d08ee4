/** The result of a request through the egress proxy. */
export interface Passage {
  /** Status of the proxy's answer; 0 without an answer. */
  readonly status: number;
  /** The reason of a refusal; empty otherwise. */
  readonly reason: string;
  /** The proxy's message for a refusal, or the target's answer to `GET /`. */
  readonly body: string;
}

/** The token to send: the pod's own for the proxy, its own for Vault, none, or the given one. */
export type Shown = "own" | "vault" | "none" | { readonly token: string };

/**
 * A Node script that connects to each `host:port` in turn through the runtime's egress proxy, and prints a JSON object
 * from target to Passage.
 */
export function passageScript(targets: readonly string[], shown: Shown = "own"): string {
  return `
    import { readFileSync } from "node:fs";
    import { request } from "node:https";
    const { egress } = JSON.parse(readFileSync("/etc/dotmac/tenant.json", "utf8"));
    const ca = readFileSync("/etc/dotmac/ca/ca.crt");
    const shown = ${JSON.stringify(shown)};
    const mounted = { own: "egress", vault: "vault" }[shown];
    const token = mounted ? readFileSync("/var/run/dotmac/" + mounted + "/token", "utf8") : shown.token;
    const headers = token === undefined ? {} : { "Proxy-Authorization": "Bearer " + token };
    const passage = (target) => new Promise((resolve) => {
      const sent = request({ ...egress, ca, headers, method: "CONNECT", path: target, agent: false, timeout: 20000 });
      sent.on("error", (error) => resolve({ status: 0, reason: "", body: error.message }));
      sent.on("connect", async (response, socket, head) => {
        const status = response.statusCode;
        if (status === 200) socket.write("GET / HTTP/1.1\\r\\nHost: outside\\r\\nConnection: close\\r\\n\\r\\n");
        let body = head.toString();
        for await (const chunk of socket) body += chunk;
        const reason = response.headers["dotmac-egress-refusal"] ?? "";
        resolve({ status, reason, body: body.split("\\r\\n\\r\\n").at(-1).trim() });
      });
      sent.end();
    });
    const found = {};
    for (const target of ${JSON.stringify(targets)}) found[target] = await passage(target);
    console.log(JSON.stringify(found));
  `;
}
