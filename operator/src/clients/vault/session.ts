import type { Clock } from "../../../../process/clock.ts";
import { type Anonymous, tokenOf, type VaultLogin, type VaultToken } from "./login.ts";

/** Keeps one valid token of Vault: logs in at first use, renews the token in time, logs in again when it is lost. */
export interface VaultSession {
  token(): Promise<string>;
  /** Drops a refused token, so that the next caller logs in again. */
  forget(token: string): void;
}

type Authorized = (method: string, path: string, body: object, token: string) => Promise<unknown>;

/** A session that renews its token after half of the token's time to live. */
export function vaultSession(
  login: VaultLogin,
  ask: { anonymous: Anonymous; authorized: Authorized },
  clock: Clock,
): VaultSession {
  let current: { readonly token: VaultToken; readonly since: number } | undefined;
  let refreshing: Promise<string> | undefined;

  async function refresh(): Promise<string> {
    const token = (await renewed(current?.token)) ?? (await login(ask.anonymous));
    current = { token, since: clock.monotonic() };
    return token.token;
  }

  async function renewed(old: VaultToken | undefined): Promise<VaultToken | undefined> {
    if (old === undefined || !old.renewable) return undefined;
    try {
      const token = tokenOf(await ask.authorized("POST", "/auth/token/renew-self", {}, old.token));
      // Near its maximum lifetime Vault grants less and less time. Then the session logs in again.
      return token.ttlSeconds > old.ttlSeconds / 2 ? token : undefined;
    } catch {
      return undefined;
    }
  }

  return {
    async token() {
      if (current !== undefined && !halfOver(current)) return current.token.token;
      refreshing ??= refresh().finally(() => {
        refreshing = undefined;
      });
      return refreshing;
    },
    forget(token) {
      if (current?.token.token === token) current = undefined;
    },
  };

  function halfOver(held: { token: VaultToken; since: number }): boolean {
    const { ttlSeconds } = held.token;
    return ttlSeconds > 0 && clock.monotonic() - held.since > ttlSeconds * 500;
  }
}
