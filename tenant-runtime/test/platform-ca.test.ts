import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { type Authority, createAuthority } from "../../harness/authority/authority.ts";
import { type Relay, startRelay } from "../../harness/services/network/relay.ts";
import { startTlsFront, type TlsFront } from "../../harness/services/network/tls-front.ts";
import { type PgBouncer, startPgBouncer } from "../../harness/services/pgbouncer.ts";
import type {} from "../../harness/services/vitest.ts";
import { signIn } from "./testing/clients/sign-in.ts";
import { type RuntimeProcess, startRuntime } from "./testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "./testing/process/test-tenant.ts";

import { until } from "./testing/process/until.ts";

const opened = new AsyncDisposableStack();
let first: Authority;
let second: Authority;
let poolers: Map<Authority, PgBouncer>;
let way: { host: string; port: number };
let database: Relay;
let cache: TlsFront;
let state: TlsFront;
let tenant: TestTenant;
let runtime: RuntimeProcess;
let headers: { Authorization: string };

beforeAll(async () => {
  [first, second] = [await createAuthority("The first"), await createAuthority("The second")];
  tenant = opened.use(await createTestTenant());
  poolers = new Map();
  for (const authority of [first, second]) {
    poolers.set(authority, opened.use(await startPgBouncer(inject("postgres18"), { authority })));
  }
  way = { host: "localhost", port: poolers.get(first)?.port ?? 0 };
  database = opened.use(await startRelay(way));
  const pair = await first.issue({ dnsNames: ["localhost"] });
  cache = opened.use(await startTlsFront(inject("redisCache"), pair));
  state = opened.use(await startTlsFront(inject("redisState"), pair));
  const file = tenant.tenantFile;
  const at = ({ port }: { port: number }) => ({ host: "localhost", port });
  runtime = opened.use(
    await startRuntime(tenant, {
      async prepare(files) {
        await files.write("etc/tenant.json", {
          ...file,
          database: { ...file.database, port: database.port },
          redis: { ...file.redis, cache: at(cache), state: at(state) },
        });
        await files.write("etc/ca/ca.crt", tenant.ca + first.certificate);
      },
    }),
  );
  await runtime.health(({ status }) => status === "healthy");
  headers = await signIn(runtime, tenant);
});
afterAll(() => opened.disposeAsync());

/** All servers present certificates of this authority from now on, and close their connections. */
async function servedBy(authority: Authority): Promise<void> {
  const pair = await authority.issue({ dnsNames: ["localhost"] });
  way.port = poolers.get(authority)?.port ?? 0;
  await database.cut();
  await database.mend();
  for (const front of [cache, state]) front.present(pair);
}

/** Waits until the file has been read. */
async function trust(...authorities: Authority[]): Promise<void> {
  const isNews = ({ message, file }: { message: string; file?: unknown }) =>
    message === "a followed file has changed" && file === "ca.crt";
  const before = runtime.lines.filter(isNews).length;
  await runtime.write(
    "etc/ca/ca.crt",
    [tenant.ca, ...authorities.map(({ certificate }) => certificate)].join(""),
  );
  await until(
    () => runtime.lines.filter(isNews).length,
    (count) => count > before,
  );
}

const customers = async () => (await runtime.call("/api/v1/customers", { headers })).status;

/** New connections to PostgreSQL and both Redis servers work. */
async function expectAllReached(): Promise<void> {
  const before = [cache.trusted, state.trusted] as const;
  await servedBy(second);
  await until(
    () => cache.trusted > before[0] + 1 && state.trusted > before[1],
    (reached) => reached,
  );
  await until(customers, (status) => status === 200);
  await runtime.health(({ status }) => status === "healthy");
}

describe("the platform's CA, replaced while the runtime serves", () => {
  it("is trusted once it is in the bundle", async () => {
    await trust(first, second);
    await expectAllReached();
  });

  it("is no longer trusted once it is removed", async () => {
    await trust(second);
    const before = { trusted: cache.trusted + state.trusted, refused: [cache.refused, state.refused] };
    await servedBy(first);
    await until(
      () => [cache.refused, state.refused].every((count, index) => count > (before.refused[index] ?? 0)),
      (refused) => refused,
    );
    expect(await customers()).toBe(503);
    const { dependencies } = await runtime.health(({ down }) =>
      ["database", "cache", "state"].every((name) => down.includes(name)),
    );
    const reasons = dependencies.filter(({ up }) => !up).map(({ reason }) => reason);
    expect(reasons.join()).toMatch(/self-signed certificate in certificate chain|unable to .*certificate/);
    expect(cache.trusted + state.trusted).toBe(before.trusted);
    await expectAllReached();
  });

  it.each([
    [
      "no certificate",
      "",
      /ca\.crt: expected PEM certificates, found none: write those of the platform's CA there/,
    ],
    [
      "half a certificate",
      "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n",
      /ca\.crt: expected PEM certificates, found that number 1 of 1 cannot be read: write/,
    ],
  ])("with %s in its place is reported and changes nothing", async (_what, content, fault) => {
    await runtime.write("etc/ca/ca.crt", content);
    const line = await runtime.line(({ message, fault: found }) => {
      return message.startsWith("a followed file cannot be used") && fault.test(String(found));
    });
    expect(line).toMatchObject({ level: "warn", file: "ca.crt" });
    await expectAllReached();
  });
});
