import { readFile } from "node:fs/promises";

/** A token of Vault and its time to live. */
export interface VaultToken {
  readonly token: string;
  readonly ttlSeconds: number;
  readonly renewable: boolean;
}

/** Sends one request to Vault without a token and returns the body of the answer. */
export type Anonymous = (method: string, path: string, body: object) => Promise<unknown>;

/** Gets a token by requests that need no token. */
export type VaultLogin = (ask: Anonymous) => Promise<VaultToken>;

/**
 * Logs in with the pod's projected service account token. It reads the file each time, because the kubelet rotates it.
 */
export function kubernetesLogin(options: { mount: string; role: string; tokenFile: string }): VaultLogin {
  return async (ask) => {
    const jwt = (await readFile(options.tokenFile, "utf8")).trim();
    return tokenOf(await ask("POST", `/auth/${options.mount}/login`, { role: options.role, jwt }));
  };
}

/** The token in the answer to a login or a renewal. */
export function tokenOf(body: unknown): VaultToken {
  const auth = (body as { auth?: { client_token?: unknown; lease_duration?: unknown; renewable?: unknown } })
    .auth;
  if (typeof auth?.client_token !== "string" || typeof auth.lease_duration !== "number") {
    throw new TypeError("Expected auth.client_token and auth.lease_duration in Vault's answer to a login.");
  }
  return {
    token: auth.client_token,
    ttlSeconds: auth.lease_duration,
    renewable: auth.renewable === true,
  };
}
