import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { z } from "zod";
import { clusterKubectl, type Kubectl } from "../kubernetes/kubectl.ts";
import type { RunningCluster } from "../kubernetes/provider.ts";
import { directories } from "../machine/directories.ts";
import { demonstrate, type Login, type LoginBook } from "./demo.ts";
import { IspClient } from "./isp-client.ts";
import { sampleNames } from "./sample-tenants.ts";

const adminNamespace = "dotmac-admins";
const login = z.object({ email: z.string(), password: z.string() });

/** Shows that the sample ISPs work and are isolated, and prints how to continue. @throws when a check fails. */
export async function showDemo(cluster: RunningCluster, say: (line: string) => void): Promise<void> {
  if (cluster.gateway === undefined) {
    throw new Error("Expected a gateway that this machine reaches, found none: expose one and try again.");
  }
  const kubectl = clusterKubectl(cluster);
  const { address, port } = cluster.gateway;
  say(await kubectl(["get", "tenants"]));
  say("");
  const clients: IspClient[] = [];
  try {
    const isps = await Promise.all(
      sampleNames.map(async (name) => {
        const [host, oneTime] = await Promise.all([hostOf(kubectl, name), oneTimeLogin(kubectl, name)]);
        const client = new IspClient({ host, address, port, ca: cluster.platformCa.certificate });
        clients.push(client);
        await client.served();
        return { name, host, client, login: oneTime };
      }),
    );
    const [a, b] = isps;
    if (a === undefined || b === undefined) throw new TypeError("Expected two sample ISPs.");
    await demonstrate(a, b, loginBook, (line) => say(`  ${line}`));
    say("");
    for (const line of await goingOn(isps, cluster.gateway, cluster.kubeconfig)) say(line);
  } finally {
    await Promise.all(clients.map((client) => client.close()));
  }
}

async function hostOf(kubectl: Kubectl, name: string): Promise<string> {
  return kubectl(["get", "tenant", name, "-o", "jsonpath={.spec.hosts[0]}"]);
}

async function oneTimeLogin(kubectl: Kubectl, name: string): Promise<Login> {
  const secret = JSON.parse(await kubectl(["get", "secret", name, "-n", adminNamespace, "-o", "json"]));
  const clear = (key: string) => Buffer.from(secret.data[key] ?? "", "base64").toString();
  return { email: clear("email"), password: clear("password") };
}

/** In the folder of the cluster's state, so that the passwords are deleted with it. */
const loginBook: LoginBook = {
  async read(name) {
    const text = await readFile(loginFile(name), "utf8").catch(() => undefined);
    return text === undefined ? undefined : login.parse(JSON.parse(text));
  },
  async write(name, value) {
    await mkdir(directories().state, { recursive: true });
    await writeFile(loginFile(name), JSON.stringify(value), { mode: 0o600 });
  },
};

function loginFile(name: string): string {
  return join(directories().state, `demo-login-${name}.json`);
}

async function goingOn(
  isps: readonly { readonly name: string; readonly host: string }[],
  gateway: { readonly address: string; readonly port: number },
  kubeconfig: string,
): Promise<string[]> {
  const lines = await Promise.all(
    isps.map(async ({ name, host }) => {
      const known = await loginBook.read(name);
      return `  ${name}   https://${host}   ${known?.email} / ${known?.password}`;
    }),
  );
  const [first] = isps;
  return [
    "How to go on:",
    `  export KUBECONFIG=${kubeconfig}, or with kubectl and helm: eval "$(make -s env)"`,
    `  the gateway answers at ${gateway.address}:${gateway.port}; for example:`,
    `  curl -k --connect-to ${first?.host}:443:${gateway.address}:${gateway.port} https://${first?.host}/api/v1/openapi.json`,
    ...lines,
    "  kubectl describe tenant north, make demo, make test, make down",
  ];
}
