import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Authority, createAuthority } from "../authority/authority.ts";
import { certify } from "../authority/certify.ts";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { configureVault, type TokenReviewer } from "../vault/configure-vault.ts";
import { initializeVault, unsealVault, type VaultKeys } from "../vault/unseal-vault.ts";
import { VaultApi } from "../vault/vault-api.ts";
import { tokenReviewer } from "./kubernetes/token-reviewer.ts";
import type { KubernetesConnection } from "./kubernetes.ts";
import { images } from "./place/images.ts";
import { newPlace, nobodyInContainers, type ServerKind } from "./place/new-place.ts";
import type { Place } from "./place/place.ts";
import { platformFiles } from "./place/platform-files.ts";
import type { Server } from "./process/server.ts";
import { startVaultEdge } from "./vault-edge.ts";

/** The connection of a client. It is plain data, so that Vitest can pass it from its set-up to its workers. */
export interface VaultConnection {
  /** The address for runtimes and the operator: Vault's edge. */
  readonly address: string;
  /** Vault's own port behind the edge, for an administrator. */
  readonly ownAddress: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  readonly rootToken: string;
}

/** An unsealed Vault with the platform's mounts, in memory. */
export interface Vault extends VaultConnection, Server {
  /** Its HTTP API behind the edge, with the root token. */
  readonly api: VaultApi;
  /** The authority that signed its certificate. */
  readonly authority: Authority;
}

export interface VaultOptions {
  readonly authority?: Authority;
  /** The cluster whose service accounts may log in. Without it and without a reviewer there is no Kubernetes auth. */
  readonly kubernetes?: KubernetesConnection;
  /** In place of a cluster: a server on this machine that identifies the owners of tokens for Vault. */
  readonly reviewer?: TokenReviewer;
  /** Logins per second of one client address. Absent: the platform's limit. */
  readonly loginsPerSecond?: number;
  /** A folder that keeps Vault's data and keys for the next start. Absent: everything is in memory. */
  readonly keptIn?: string | undefined;
}

/** Runs the installed one of OpenBao and Vault. */
const eitherVault = ["sh", "-c", 'exec "$(command -v bao || command -v vault)" "$@"', "vault"];

/** Starts Vault and its edge, initialises and unseals it, and configures it like a platform's. */
export async function startVault(options: VaultOptions = {}): Promise<Vault> {
  const { authority = await createAuthority("DotMac tests"), kubernetes, keptIn, ...rest } = options;
  const { loginsPerSecond, reviewer = kubernetes && (await tokenReviewer(kubernetes)) } = rest;
  const place = await vaultPlace(keptIn);
  const reached = reviewer && (await reachedFrom(place, reviewer));
  await using resources = new AsyncDisposableStack();
  const start = { authority, place, isKept: keptIn !== undefined };
  const { api: unauthenticated, ...server } = resources.use(await startNewVault(start));
  const keys = await openedBy(unauthenticated, keptIn === undefined ? undefined : place);
  await unsealVault(unauthenticated, keys);
  const api = resources.use(unauthenticated.as(keys.rootToken));
  await configureVault(api, reached, loginsPerSecond === undefined ? {} : { loginsPerSecond });
  const edge = resources.use(await startVaultEdge({ vaultPort: place.port, authority }));
  const running = resources.move();
  return {
    ...server,
    address: edge.address,
    ownAddress: server.address,
    rootToken: keys.rootToken,
    api,
    authority,
    [Symbol.asyncDispose]: () => running.disposeAsync(),
  };
}

/** A Vault that is not initialised yet, without an edge. */
export interface NewVault extends Server {
  readonly address: string;
  /** PEM of the authority that signed the server's certificate. */
  readonly ca: string;
  /** Its HTTP API, without a token. */
  readonly api: VaultApi;
}

/** Starts an empty and sealed Vault. */
export async function startNewVault(
  options: { readonly authority?: Authority; readonly place?: Place; readonly isKept?: boolean } = {},
): Promise<NewVault> {
  const { authority = await createAuthority("DotMac tests"), place = await vaultPlace(), isKept } = options;
  await place.write(await configuration(place, authority, isKept ? "file" : "inmem"));
  const address = `https://localhost:${place.port}`;
  await using resources = new AsyncDisposableStack();
  const api = resources.use(new VaultApi({ address, ca: authority.certificate }));
  const server = resources.use(
    await place.start({
      name: "Vault",
      arguments: ["server", `-config=${place.directory}/vault.json`],
      // One of Vault's embedded certificates has a negative serial number, which newer Go versions refuse.
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

function vaultPlace(keptIn?: string): Promise<Place> {
  const kind: ServerKind = {
    name: "vault",
    process: () => cachedBinary("vault"),
    container: { image: images.vault, user: nobodyInContainers, program: eitherVault },
  };
  return newPlace(kind, keptIn);
}

/** The file with the keys, beside the kept data. */
const keysFile = "keys.json";

/** The keys of the server: new ones, which are written beside the kept data if any, or the stored ones. */
async function openedBy(vault: VaultApi, kept: Place | undefined): Promise<VaultKeys> {
  const made = await initializeVault(vault);
  if (kept === undefined) {
    if (made === undefined) throw new Error("expected a new Vault, found one that is initialised");
    return made;
  }
  const path = join(kept.directory, keysFile);
  if (made !== undefined) await kept.write({ [keysFile]: JSON.stringify(made) });
  const text = await readFile(path, "utf8").catch((cause: unknown) => {
    throw new Error(
      `expected the keys of this Vault in ${path}: write them there, or begin with an empty folder`,
      {
        cause,
      },
    );
  });
  return JSON.parse(text);
}

/** The same reviewer, with the address by which the server reaches it. */
async function reachedFrom(place: Place, reviewer: TokenReviewer): Promise<TokenReviewer> {
  const { host, port } = await place.reach(Number(new URL(reviewer.host).port));
  return { ...reviewer, host: `https://${host}:${port}` };
}

async function configuration(
  { directory, address, port }: Place,
  authority: Authority,
  storage: "inmem" | "file",
): Promise<Record<string, string>> {
  const certificate = await certify(authority);
  const bounds = JSON.parse(await readFile(join(platformFiles, "vault/listener.json"), "utf8"));
  // An edge in another container has a different address.
  if (address !== "127.0.0.1") bounds.x_forwarded_for_authorized_addrs = "0.0.0.0/0";
  return {
    "tls.crt": certificate.certificate,
    "tls.key": certificate.key,
    "vault.json": JSON.stringify({
      storage: storage === "file" ? { file: { path: `${directory}/data` } } : { inmem: {} },
      listener: {
        tcp: {
          address: `${address}:${port}`,
          tls_cert_file: `${directory}/tls.crt`,
          tls_key_file: `${directory}/tls.key`,
          ...bounds,
        },
      },
      api_addr: `https://localhost:${port}`,
      disable_mlock: true,
    }),
  };
}
