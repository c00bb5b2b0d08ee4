import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { configureVault, type TokenReviewer } from "../vault/configure-vault.ts";
import { initializeVault, unsealVault } from "../vault/unseal-vault.ts";
import { VaultApi } from "../vault/vault-api.ts";
import { images } from "./images.ts";
import type { KubernetesConnection } from "./kubernetes.ts";
import { newPlace, nobodyInContainers } from "./new-place.ts";
import type { Place } from "./place.ts";
import { platformFiles } from "./platform-files.ts";
import type { Server } from "./server.ts";
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
  /** Logins a second of one client address. Absent: the limit of a platform. */
  readonly loginsPerSecond?: number;
}

/** OpenBao or Vault, whichever the image has. */
const eitherVault = ["sh", "-c", 'exec "$(command -v bao || command -v vault)" "$@"', "vault"];

/** Starts Vault, initialises and unseals it, and configures it as a platform is. */
export async function startVault(options: VaultOptions = {}): Promise<Vault> {
  const { authority = await createAuthority("DotMac tests"), kubernetes, ...limits } = options;
  const place = await vaultPlace();
  const reviewer = kubernetes && (await reviewerFor(place, kubernetes));
  await using resources = new AsyncDisposableStack();
  const { api: unauthenticated, ...server } = resources.use(await startNewVault({ authority, place }));
  const keys = await initializeVault(unauthenticated);
  if (keys === undefined) throw new Error("expected a new Vault, found one that is initialised");
  await unsealVault(unauthenticated, keys);
  const api = resources.use(unauthenticated.as(keys.rootToken));
  await configureVault(api, reviewer, limits);
  const running = resources.move();
  return {
    ...server,
    rootToken: keys.rootToken,
    api,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A Vault that nobody has initialised yet. */
export interface NewVault extends Omit<VaultConnection, "rootToken">, Server {
  /** Its HTTP API, without a token. */
  readonly api: VaultApi;
}

/** Starts Vault, and leaves it as it is then: empty and sealed. */
export async function startNewVault(
  options: { readonly authority?: Authority; readonly place?: Place } = {},
): Promise<NewVault> {
  const { authority = await createAuthority("DotMac tests"), place = await vaultPlace() } = options;
  await place.write(await configuration(place, authority));
  const address = `https://localhost:${place.port}`;
  await using resources = new AsyncDisposableStack();
  const api = resources.use(new VaultApi({ address, ca: authority.certificate }));
  const server = resources.use(
    await place.start({
      name: "Vault",
      arguments: ["server", `-config=${place.directory}/vault.json`],
      // One of the certificates that it carries has a negative serial number, which Go has come to refuse.
      env: { GODEBUG: "x509negativeserial=1" },
      ready: () => api.request("GET", "sys/seal-status"),
    }),
  );
  const running = resources.move();
  return {
    address,
    ca: authority.certificate,
    api,
    directory: server.directory,
    log: server.log,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

function vaultPlace(): Promise<Place> {
  return newPlace({
    name: "vault",
    process: () => cachedBinary("vault"),
    container: { image: images.vault, user: nobodyInContainers, program: eitherVault },
  });
}

async function reviewerFor(place: Place, kubernetes: KubernetesConnection): Promise<TokenReviewer> {
  const { host, port } = await place.reach(Number(new URL(kubernetes.url).port));
  return { ...(await tokenReviewer(kubernetes)), host: `https://${host}:${port}` };
}

async function configuration(
  { directory, address, port }: Place,
  authority: Authority,
): Promise<Record<string, string>> {
  const certificate = await certify(authority);
  return {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "vault.json": JSON.stringify({
      storage: { inmem: {} },
      listener: {
        tcp: {
          address: `${address}:${port}`,
          tls_cert_file: `${directory}/tls.crt`,
          tls_key_file: `${directory}/tls.key`,
          ...JSON.parse(await readFile(join(platformFiles, "vault/listener.json"), "utf8")),
        },
      },
      api_addr: `https://localhost:${port}`,
      disable_mlock: true,
    }),
  };
}
