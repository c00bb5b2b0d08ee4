import { RetryableError, TerminalError } from "../../base/errors.ts";

/** The error that node-vault throws when Vault answers with a status other than 200 or 204. */
interface Refusal {
  readonly response: { readonly statusCode: number; readonly body?: unknown };
}

/** The HTTP status of Vault's refusal, or undefined when there was no answer. */
export function refusalStatus(error: unknown): number | undefined {
  return isRefusal(error) ? error.response.statusCode : undefined;
}

/** The version number in a "not found" answer, when the KV engine still holds that version marked as deleted. */
export function deletedVersion(error: unknown): number | undefined {
  if (!isRefusal(error)) return undefined;
  const { data } = (error.response.body ?? {}) as { data?: { metadata?: { version?: number } } };
  return data?.metadata?.version;
}

/** Converts a failure of Vault to the error that the reconcile throws. `doing` completes "Vault … while". */
export function vaultError(error: unknown, address: string, doing: string): Error {
  const status = refusalStatus(error);
  const text = error instanceof Error ? error.message : String(error);
  if (status === undefined) {
    // The cause is left out, because the library's errors hold the request with its token and secrets.
    return new RetryableError(
      "VaultUnavailable",
      `Vault at ${address} cannot be reached while ${doing}: ${text}.`,
    );
  }
  const message = `Vault at ${address} answered ${status} while ${doing}: ${text}.`;
  if (status === 503) return new RetryableError("VaultSealed", message);
  if (status === 403) return new RetryableError("VaultForbidden", message);
  if (status === 429 || status >= 500) return new RetryableError("VaultBusy", message);
  return new TerminalError("VaultRefused", message);
}

function isRefusal(error: unknown): error is Refusal {
  return (
    typeof error === "object" &&
    error !== null &&
    "response" in error &&
    typeof (error.response as { statusCode?: unknown } | undefined)?.statusCode === "number"
  );
}
