import type { Outcome } from "../../operator/src/kubernetes/loop/outcome.ts";
import { kinds } from "../../operator/src/kubernetes/objects/kinds.ts";
import { platformCa, runtimeConfig } from "../../operator/src/tenant/desired/workload/config-maps.ts";
import { type Blueprint, blueprintOf } from "../../operator/src/tenant/model/blueprint.ts";
import { jobState } from "../../operator/src/tenant/observed/job-state.ts";
import { createResources } from "../../operator/src/tenant/resources/resources.ts";
import { Findings } from "../../operator/src/tenant/step/findings.ts";
import { applyAll, type Subject } from "../../operator/src/tenant/step/subject.ts";
import { claim } from "../../operator/src/tenant/steps/claim.ts";
import { migrations } from "../../operator/src/tenant/steps/migrations.ts";
import { refuseEditedMigrations } from "../../process/migrations/apply-migration.ts";
import { type Migration, readMigrations } from "../../process/migrations/migrations-directory.ts";
import { migrationFolders } from "../../tenant-runtime/src/platform/migrations/migration-folders.ts";
import { superuser, withClient } from "../services/postgres.ts";
import type { DevPlatform } from "./dev-platform.ts";
import { decode } from "./mounted-files.ts";
import { runMigrationJob } from "./run-migrations.ts";
import type { SampleIsp } from "./sample-isp.ts";

/**
 * The operator's steps that need no node. They create the same statements, users, secrets and files as on a cluster.
 */
const steps = [claim, ...createResources().map(({ ensure }) => ensure), migrations];

/**
 * Brings the ISP's data on the servers up to date, with the current migrations.
 * @throws Error with a step's message; MigrationFault when an applied migration was edited since
 */
export async function updateIsp(platform: DevPlatform, { tenant, plan }: SampleIsp): Promise<Blueprint> {
  const current = await readMigrations(...migrationFolders());
  const world = platform.world(current.length);
  const blueprint = blueprintOf(tenant, plan, world.settings);
  await forgetJobs(platform, blueprint);
  const subject: Subject = { tenant, blueprint, world, found: new Findings(), changes: [] };
  for (const step of steps) {
    let outcome = await step(subject);
    if (await ranJob(platform, blueprint)) outcome = await step(subject);
    requireDone(outcome);
  }
  await refuseEdits(platform, blueprint, current);
  await applyAll(subject, kinds.configMap, runtimeConfig(blueprint), platformCa(blueprint));
  return blueprint;
}

/** The first login of a new ISP's administrator. */
export function firstLogin({ cluster }: DevPlatform, { names, settings }: Blueprint) {
  const name = { namespace: settings.adminNamespace, name: names.tenant };
  const { email, password } = cluster.read(kinds.secret, name)?.data ?? {};
  return { email: decode(email), password: decode(password) };
}

/** The migration Job compares the texts of applied migrations, but no Job runs while there is no new migration. */
async function refuseEdits(
  { postgres }: DevPlatform,
  { names: { schema } }: Blueprint,
  current: readonly Migration[],
): Promise<void> {
  await withClient(superuser(postgres), (client) =>
    refuseEditedMigrations(
      { query: async (text, values) => (await client.query(text, values && [...values])).rows },
      { table: `"${schema}".schema_migrations` },
      current,
    ),
  );
}

/** Deletes failed migration Jobs, so that the next change runs them again. */
async function forgetJobs({ cluster }: DevPlatform, { names: { namespace } }: Blueprint): Promise<void> {
  for (const { metadata } of cluster.inNamespace(kinds.job, namespace))
    await cluster.remove(kinds.job, metadata);
  for (const { metadata } of cluster.inNamespace(kinds.pod, namespace))
    await cluster.remove(kinds.pod, metadata);
}

async function ranJob({ cluster }: DevPlatform, { names }: Blueprint): Promise<boolean> {
  const job = cluster.inNamespace(kinds.job, names.namespace).find((each) => jobState(each) === "running");
  if (job === undefined) return false;
  await runMigrationJob(cluster, names, job);
  return true;
}

/** @throws an Error with the step's message */
function requireDone(outcome: Outcome): void {
  if (outcome.kind !== "done") throw new Error(outcome.message);
}
