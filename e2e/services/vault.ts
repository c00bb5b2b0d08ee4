import { cachedBinary } from "../cluster/binaries/cached-binary.ts";
import { configureVault } from "../platform/configure-vault.ts";
import { initializeVault, unsealVault } from "../platform/unseal-vault.ts";
import { VaultApi } from "../platform/vault-api.ts";
import { type Authority, createAuthority } from "./authority.ts";
import { freePort } from "./free-port.ts";
import type { KubernetesConnection } from "./kubernetes.ts";
import { serverDirectory, writeFiles } from "./server-directory.ts";
import { type Server, startServer } from "./start-server.ts";
import { tokenReviewer } from "./token-reviewer.ts";

/** What a client needs to know; plain data, so that it can cross from Vitest's set-up to its workers. */
export interface VaultConnection {
  readonly address: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly rootToken: string;
}

/** An unsealed Vault with the platform's mounts, in memory. */
export interface Vault extends VaultConnection, Server {
  /** Its HTTP API, with the root token. */
  readonly api: VaultApi;
}

export interface VaultOptions {
  readonly authority?: Authority;
  /** The cluster whose service accounts may log in; without it there is no Kubernetes auth. */
  readonly kubernetes?: KubernetesConnection;
}

/** Starts Vault, initialises and unseals it, and configures it as a platform is. */
export async function startVault(options: VaultOptions = {}): Promise<Vault> {
  const { authority = await createAuthority("DotMac tests"), kubernetes } = options;
  const directory = await serverDirectory("vault");
  const address = `https://localhost:${await configure(directory, authority)}`;
  await using resources = new AsyncDisposableStack();
  const unauthenticated = resources.use(new VaultApi({ address, ca: authority.certificate }));
  const server = resources.use(
    await startServer({
      name: "Vault",
      directory,
      command: [await cachedBinary("vault"), "server", `-config=${directory}/vault.json`],
      // One of the certificates that it carries has a negative serial number, which Go has come to refuse.
      env: { GODEBUG: "x509negativeserial=1" },
      ready: () => unauthenticated.request("GET", "sys/seal-status"),
    }),
  );
  const keys = await initializeVault(unauthenticated);
  if (keys === undefined) throw new Error("expected a new Vault, found one that is initialised");
  await unsealVault(unauthenticated, keys);
  const api = resources.use(unauthenticated.as(keys.rootToken));
  await configureVault(api, kubernetes && (await tokenReviewer(kubernetes)));
  const running = resources.move();
  return {
    address,
    ca: authority.certificate,
    rootToken: keys.rootToken,
    api,
    directory,
    log: server.log,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** Writes the configuration and returns the port in it. */
async function configure(directory: string, authority: Authority): Promise<number> {
  const port = await freePort();
  const certificate = await authority.issue({ dnsNames: ["localhost"], ipAddresses: ["127.0.0.1"] });
  await writeFiles(directory, {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "vault.json": JSON.stringify({
      storage: { inmem: {} },
      listener: {
        tcp: {
          address: `127.0.0.1:${port}`,
          tls_cert_file: `${directory}/tls.crt`,
          tls_key_file: `${directory}/tls.key`,
        },
      },
      api_addr: `https://localhost:${port}`,
      disable_mlock: true,
    }),
  });
  return port;
}
