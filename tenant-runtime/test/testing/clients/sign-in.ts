import type { RuntimeProcess } from "../process/runtime-process.ts";
import type { TestTenant } from "../process/test-tenant.ts";

interface SessionAnswer {
  readonly data: { readonly attributes: { readonly accessToken: string } };
}

/** Logs in the first administrator, changes the one-time password, and returns the headers of that session. */
export async function signIn(
  runtime: RuntimeProcess,
  { adminPassword }: TestTenant,
): Promise<{ readonly Authorization: string }> {
  const first = await logIn(runtime, adminPassword);
  const changed = await runtime.call<SessionAnswer>("/api/v1/auth/password", {
    method: "POST",
    headers: first,
    body: { currentPassword: adminPassword, newPassword: `${adminPassword}-changed` },
  });
  return bearer(changed.body);
}

/**
 * The headers of a new session of the first administrator. With the one-time password it may only change that
 * password.
 */
export async function logIn(runtime: RuntimeProcess, password: string) {
  const { body } = await runtime.call<SessionAnswer>("/api/v1/auth/login", {
    method: "POST",
    body: { email: "admin@north.example", password },
  });
  return bearer(body);
}

function bearer(answer: SessionAnswer): { readonly Authorization: string } {
  const token = answer.data?.attributes.accessToken;
  if (token === undefined) throw new Error(`expected a session, got ${JSON.stringify(answer)}`);
  return { Authorization: `Bearer ${token}` };
}
