import type { RuntimeProcess } from "./runtime-process.ts";
import type { TestTenant } from "./test-tenant.ts";

interface SessionAnswer {
  readonly data: { readonly attributes: { readonly accessToken: string } };
}

/** Logs the first administrator in, changes the one-time password, and gives the headers of that session. */
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

/** The headers of a new session of the first administrator's; by the one-time password it may only change that. */
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
