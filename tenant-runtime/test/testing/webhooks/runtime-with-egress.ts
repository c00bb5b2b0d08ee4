import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TenantEgress } from "../egress/tenant-egress.ts";
import { type RuntimeProcess, startRuntime } from "../process/runtime-process.ts";
import type { TestTenant } from "../process/test-tenant.ts";

/** Starts the tenant's runtime with the egress proxy of these tests, whose authority it trusts. */
export async function startRuntimeWithEgress(
  tenant: TestTenant,
  { world, proxy, token }: Pick<TenantEgress, "world" | "proxy" | "token">,
): Promise<RuntimeProcess> {
  await using opened = new AsyncDisposableStack();
  const directory = await mkdtemp(join(tmpdir(), "dotmac-authority-"));
  opened.defer(() => rm(directory, { recursive: true }));
  const authority = join(directory, "authority.pem");
  await writeFile(authority, world.authority.certificate);
  const runtime = await startRuntime(
    {
      ...tenant,
      ca: `${tenant.ca}\n${proxy.ca}`,
      tenantFile: { ...tenant.tenantFile, egress: { host: "localhost", port: proxy.port } } as never,
    },
    {
      env: { NODE_EXTRA_CA_CERTS: authority },
      prepare: (files) => files.write("run/egress/token", token),
    },
  );
  opened.use(runtime);
  const owned = opened.move();
  return { ...runtime, [Symbol.asyncDispose]: () => owned.disposeAsync() };
}
