import { type RuntimeProcess, startRuntime } from "../process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../process/test-tenant.ts";
import { administrator, type Staff } from "./staff.ts";

/** A tenant of a test, its runtime, and its first administrator, logged in. */
export interface ServedTenant extends AsyncDisposable {
  readonly tenant: TestTenant;
  readonly runtime: RuntimeProcess;
  readonly admin: Staff;
}

/** Creates a tenant, starts its runtime and logs the administrator in. */
export async function serveTenant(): Promise<ServedTenant> {
  await using opened = new AsyncDisposableStack();
  const tenant = opened.use(await createTestTenant());
  const runtime = opened.use(await startRuntime(tenant));
  const admin = await administrator(runtime, tenant);
  const owned = opened.move();
  return { tenant, runtime, admin, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
