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
  /** The cluster whose service accounts may log in; without it and a reviewer there is no Kubernetes auth. */
  readonly kubernetes?: KubernetesConnection;
  /** In place of a cluster: whom Vault asks, at an address of this machine, whose token it was shown. */
  readonly reviewer?: TokenReviewer;
  /** Logins a second of one client address. Absent: the limit of a platform. */
  readonly loginsPerSecond?: number;
  /** A folder that keeps what Vault stores, and what opens it, for the next start from it. Absent: all is in memory. */
  readonly keptIn?: string | undefined;
}

/** OpenBao or Vault, whichever the image has. */
const eitherVault = ["sh", "-c", 'exec "$(command -v bao || command -v vault)" "$@"', "vault"];

/** Starts Vault, initialises and unseals it, and configures it as a platform is. */
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

function vaultPlace(keptIn?: string): Promise<Place> {
  const kind: ServerKind = {
    name: "vault",
    process: () => cachedBinary("vault"),
    container: { image: images.vault, user: nobodyInContainers, program: eitherVault },
  };
  return newPlace(kind, keptIn);
}

/** The file beside kept data with what opens them. */
const keysFile = "keys.json";

/** What opens the server: new keys, which are written beside its data when `kept` says where, or those of before. */
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
      `expected what opens this Vault in ${path}: write it there, or begin with an empty folder`,
      {
        cause,
      },
    );
  });
  return JSON.parse(text);
}

/** The same reviewer at the address where the server reaches it. */
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
          ...JSON.parse(await readFile(join(platformFiles, "vault/listener.json"), "utf8")),
        },
      },
      api_addr: `https://localhost:${port}`,
      disable_mlock: true,
    }),
  };
}
