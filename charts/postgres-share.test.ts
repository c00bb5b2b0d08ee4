import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { parse } from "yaml";
import { readDefinitions } from "../operator/generate/definition.ts";
import { mostConnectionsOfLogin } from "../operator/src/tenant/model/blueprint.ts";
import { loginLetters } from "../operator/src/tenant/model/names/credentials.ts";
import { migratorConnections } from "../operator/src/tenant/resources/database/differences.ts";
import { parseQuantity } from "../process/quantity.ts";

const platform = join(import.meta.dirname, "platform");
const { postgres } = parse(await readFile(join(platform, "values.yaml"), "utf8"));
const connectionsOfTenant = loginLetters.length * mostConnectionsOfLogin + migratorConnections;

const mebibyte = 2 ** 20;
const sharedBuffers = Number.parseInt(postgres.sharedBuffers, 10);

it("gives a login as many connections in PostgreSQL as in PgBouncer, which is the default of a plan", async () => {
  const poolSize = /^default_pool_size = (\d+)$/m.exec(
    await readFile(join(platform, "files/pgbouncer.ini"), "utf8"),
  );
  const plan = (await readDefinitions(join(import.meta.dirname, "../crds"))).find(
    ({ kind }) => kind === "TenantPlan",
  );
  const limit = plan?.schema.properties?.spec?.properties?.database?.properties?.connectionLimit;
  expect(Number(poolSize?.[1])).toBe(mostConnectionsOfLogin);
  expect(limit?.default).toBe(mostConnectionsOfLogin);
  expect(
    await readFile(join(import.meta.dirname, "operator/templates/admission/plan-advice.yaml"), "utf8"),
  ).toContain(`connectionLimit <= ${mostConnectionsOfLogin}`);
});

it("has memory for all connections of a tenant, for the shared memory and for other tenants", () => {
  const ofTenant = connectionsOfTenant * postgres.processMemoryMiB;
  const shared = sharedBuffers + sharedBesideBuffersMiB;
  const limit = parseQuantity(postgres.resources.limits.memory) / mebibyte;
  expect(ofTenant + shared + othersMiB).toBeLessThanOrEqual(limit);
});

it("has more buffers than all connections of a tenant can pin", () => {
  const buffers = (sharedBuffers * mebibyte) / 8_192;
  const pinned = (connectionsOfTenant * pinsOfProcess * postgres.processMemoryMiB) / 64;
  expect(pinned).toBeLessThanOrEqual(0.7 * buffers);
});

it("removes multixacts before one login can fill 1 GB with them", async () => {
  const settings = await readFile(join(platform, "files/postgresql.conf"), "utf8");
  const age = /^autovacuum_multixact_freeze_max_age = (\d+)$/m.exec(settings);
  expect(Number(age?.[1]) * bytesOfMultixact).toBeLessThan(10 ** 9);
});

it("has room in the lock table for all relations of three tenants, locked by all of their connections", async () => {
  const bound = /relations > (\d+)/.exec(await readFile(join(platform, "files/bootstrap.sql"), "utf8"));
  const relations = Number(bound?.[1]) * migratorConnections;
  expect(3 * connectionsOfTenant * relations).toBeLessThanOrEqual(locksOfAll);
});

/** Measured with `max_locks_per_transaction = 768` (files/postgresql.conf). */
const locksOfAll = 158_000;
/** Measured: 2.2 MB/s with 52,000 multixacts a second. */
const bytesOfMultixact = 42;
/** The other shared memory: the table of locks, the WAL buffers and the descriptors of buffers. */
const sharedBesideBuffersMiB = 78;
const othersMiB = 390;
/** Measured with PostgreSQL 15 and 18 in a process of 64 MiB: harness/services/postgres/pinned-buffers.attack.test.ts. */
const pinsOfProcess = 3_600;
