import { readFile } from "node:fs/promises";
import { request } from "node:https";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { network, paths } from "../state/layout.ts";

/**
 * Sends one GET to the API server as the administrator. It is for checks that should not start a kubectl.
 * @throws when there is no answer.
 */
export async function apiGet(path: string): Promise<{ status: number; body: string }> {
  const [ca, cert, key] = await Promise.all(
    ["ca.crt", "admin.crt", "admin.key"].map((name) => readFile(join(paths.pki, name))),
  );
  const target = { host: network.nodeAddress, port: network.apiPort, path };
  const signal = AbortSignal.timeout(5000);
  return new Promise((resolve, reject) => {
    request({ ...target, ca, cert, key, signal }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode ?? 0, body }), reject);
    })
      .on("error", reject)
      .end();
  });
}
