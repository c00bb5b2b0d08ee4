import type { JsonAnswer, JsonRequest } from "../process/json-request.ts";
import type { RuntimeProcess } from "../process/runtime-process.ts";
import type { TestTenant } from "../process/test-tenant.ts";

// biome-ignore lint/suspicious/noExplicitAny: a test reads any answer of the server
export type AnyAnswer = JsonAnswer<any>;

/** A member of staff, logged in at a runtime. */
export interface Staff {
  readonly accessToken: string;
  readonly refreshToken: string;
  readonly userId: string;
  /** A request below /api/v1 with this person's token. */
  call(method: string, path: string, body?: unknown, headers?: Record<string, string>): Promise<AnyAnswer>;
}

/** Calls below /api/v1 without a token. */
export function anonymous(runtime: RuntimeProcess) {
  return (method: string, path: string, body?: unknown, headers: JsonRequest["headers"] = {}) =>
    runtime.call(`/api/v1${path}`, { method, body, headers }) as Promise<AnyAnswer>;
}

export const chosenPassword = "a quiet river in may";

/** Logs in the first administrator, and at the first call replaces the one-time password. */
export async function administrator(runtime: RuntimeProcess, tenant: TestTenant): Promise<Staff> {
  const email = "admin@north.example";
  const ask = anonymous(runtime);
  const known = await ask("POST", "/auth/login", { email, password: chosenPassword });
  if (known.status === 200) return staff(runtime, known);
  const first = staff(runtime, await ask("POST", "/auth/login", { email, password: tenant.adminPassword }));
  return staff(
    runtime,
    await first.call("POST", "/auth/password", {
      currentPassword: tenant.adminPassword,
      newPassword: chosenPassword,
    }),
  );
}

/** Lets an administrator create an agent, who replaces the one-time password. */
export async function agent(
  runtime: RuntimeProcess,
  admin: Pick<Staff, "call">,
  email: string,
): Promise<Staff> {
  const created = await admin.call("POST", "/users", { email, role: "agent" });
  const { oneTimePassword } = created.body.data.attributes;
  const login = await anonymous(runtime)("POST", "/auth/login", { email, password: oneTimePassword });
  return staff(
    runtime,
    await staff(runtime, login).call("POST", "/auth/password", {
      currentPassword: oneTimePassword,
      newPassword: chosenPassword,
    }),
  );
}

/** The holder of a session, from the answer to a login, a refresh or a change of password. */
export function staff(runtime: RuntimeProcess, answer: AnyAnswer): Staff {
  if (answer.status !== 200) throw new Error(`expected a session: ${JSON.stringify(answer)}`);
  const { accessToken, refreshToken, userId } = answer.body.data.attributes;
  const ask = anonymous(runtime);
  return {
    accessToken,
    refreshToken,
    userId,
    call: (method, path, body, headers = {}) =>
      ask(method, path, body, { Authorization: `Bearer ${accessToken}`, ...headers }),
  };
}
