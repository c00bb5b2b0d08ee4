import { z } from "zod";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { scramVerifier } from "../../clients/postgres/scram.ts";
import { done, type Outcome, stalled, stalledFor, waiting } from "../../kubernetes/loop/outcome.ts";
import { type Job, kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import { createOnce } from "../credentials/create-once.ts";
import { newSecret } from "../credentials/new-secret.ts";
import { countRelations, mostRelations } from "../database/end-oversized-migrations.ts";
import {
  disableMigrator,
  enableMigrator,
  imageMark,
  type MigrationState,
  observeMigration,
  recordMigration,
} from "../database/migration-state.ts";
import { platformCa, runtimeConfig } from "../desired/workload/config-maps.ts";
import {
  migrationDeadlineSeconds,
  migrationJob,
  migrationJobName,
} from "../desired/workload/migration-job.ts";
import { migratorSecret } from "../desired/workload/secrets.ts";
import { serviceAccount } from "../desired/workload/service-accounts.ts";
import { vaultPaths } from "../model/names/vault-paths.ts";
import { requestAnnotations, requestCommand, requested } from "../model/requests.ts";
import { componentPods } from "../observed/component-pods.ts";
import { jobFailure, jobImage, jobState, succeededPod } from "../observed/job-state.ts";
import { migrationResult } from "../observed/migration-result.ts";
import { jobWithoutPod } from "../observed/pod-refusal.ts";
import { podTrouble } from "../observed/pod-trouble.ts";
import { finding } from "../step/findings.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";

/**
 * Whether the schema fits the blueprint's image. `behind`: it fits an earlier one. `stuck`: so, and only a person can
 * help. `empty`: no migration of it has ended.
 */
type SchemaFit = "fits" | "behind" | "stuck" | "empty";

export const schemaFound = finding<SchemaFit>("fit of the schema", "Migrated");

/** The version of the schema. */
export const migrationFound = finding<number>("version of the schema", "Migrated");

/** Migrates the schema to the version of the tenant's image, by a Job of the same image. */
export async function migrations(subject: Subject): Promise<Outcome> {
  const state = await observeMigration(subject.world.postgres, subject.blueprint.names);
  noteVersion(subject, state);
  const outcome = await migrate(subject, state);
  subject.found.set(schemaFound, schemaAfter(subject, state, outcome));
  return outcome;
}

/** A suspended tenant's step is done without a migration. */
function schemaAfter(subject: Subject, state: MigrationState, { kind }: Outcome): SchemaFit {
  if (kind === "done" && (!subject.blueprint.suspended || isUpToDate(subject, state))) return "fits";
  if (state.version === null && state.imageMark === null) return "empty";
  return kind === "stalled" ? "stuck" : "behind";
}

async function migrate(subject: Subject, state: MigrationState): Promise<Outcome> {
  const { blueprint, world } = subject;
  const jobs = world.cluster.inNamespace(kinds.job, blueprint.names.namespace);
  const running = jobs.find((job) => jobState(job) === "running");
  if (running === undefined) return follow(subject, state, jobs, running);
  const pods = await componentPods(subject, "migration");
  const ended = succeededPod(running, pods);
  if (ended === undefined) return superviseJob(subject, running, pods);
  const outcome = await follow(subject, state, jobs, running);
  // Containers that others added to the pod may keep running. The Job would wait for them until its deadline and fail.
  if (outcome.kind === "done" && ended.status?.phase === "Running") await removeJob(subject, running);
  return outcome;
}

/** Continues when no migration runs. `running` is a Job whose migration container has succeeded. */
async function follow(
  subject: Subject,
  state: MigrationState,
  jobs: readonly Job[],
  running: Job | undefined,
): Promise<Outcome> {
  const { blueprint } = subject;
  if (blueprint.suspended || isUpToDate(subject, state)) return finish(subject, state);
  const hasSucceeded = (job: Job) => job === running || jobState(job) === "succeeded";
  if (blueprint.schemaVersion === undefined) {
    const own = jobs.find((job) => jobImage(job) === blueprint.image && hasSucceeded(job));
    if (own !== undefined) return recordImage(subject, state, own);
  }
  const last = jobs.find(
    (job) => job.metadata.name === migrationJobName(blueprint.image, state.version ?? 0),
  );
  if (last === undefined) return startJob(subject, state);
  if (hasSucceeded(last)) return recordVersion(subject, state, last);
  await finish(subject, state);
  return isRetried(subject, last) ? retry(subject, last) : failed(subject, last);
}

/**
 * Decides by the Jobs' recorded reports, because the Job may no longer exist. While an update waits, any version counts
 * as up to date. The report of a Tenant's own image counts only for that image.
 */
function isUpToDate({ blueprint }: Subject, { version, imageMark: mark }: MigrationState): boolean {
  if (blueprint.schemaVersion === undefined) return mark === imageMark(blueprint.image);
  return (
    blueprint.schemaVersion === 0 || (mark === null && version !== null && version >= blueprint.schemaVersion)
  );
}

function noteVersion({ found }: Subject, { version }: Pick<MigrationState, "version">): void {
  if (version !== null) found.set(migrationFound, version);
}

async function superviseJob(subject: Subject, job: Job, pods: readonly Pod[]): Promise<Outcome> {
  if (jobImage(job) === subject.blueprint.image) {
    const now = subject.world.clock.now();
    const trouble = podTrouble(pods, now) ?? jobWithoutPod(job, pods, now);
    const text = `The Job ${job.metadata.name} is migrating the schema.`;
    if (trouble === undefined) return waiting("Migrating", text, 5_000);
    const { reason, lasting } = trouble;
    const message = `${text} ${trouble.message}.`;
    return lasting ? stalledFor(reason, message, 30_000) : waiting(reason, message, 5_000);
  }
  await removeJob(subject, job);
  return waiting(
    "MigrationReplaced",
    `The Job ${job.metadata.name} of another image is being stopped.`,
    5_000,
  );
}

async function startJob(subject: Subject, { version, storageExhausted }: MigrationState): Promise<Outcome> {
  const { blueprint, world, changes } = subject;
  if (storageExhausted) return withoutStorage(subject);
  const relations = await countRelations(world.postgres, blueprint.names);
  if (relations > mostRelations) return schemaTooLarge(subject, relations);
  await enable(subject);
  await applyAll(subject, kinds.serviceAccount, serviceAccount(blueprint.names, "migrator"));
  await applyAll(subject, kinds.configMap, runtimeConfig(blueprint), platformCa(blueprint));
  const job = migrationJob(blueprint, version ?? 0, requested("migration", subject.tenant));
  const { created } = await world.cluster.create(kinds.job, job);
  if (created) changes.push(`created Job ${job.metadata.name}`);
  return waiting(
    "Migrating",
    `The Job ${job.metadata.name} migrates the schema ${version === null ? "and reports its version" : `from version ${version}`}.`,
    30_000,
  );
}

async function enable(subject: Subject): Promise<void> {
  const { blueprint, world, changes } = subject;
  const { secret: migrator } = await createOnce(world.vault, vaultPaths(blueprint.names).migrator, {
    schema: z.object({ password: z.string().min(1) }),
    create: async () => ({ password: newSecret(world.random) }),
  });
  const verifier = await scramVerifier(migrator.password, world.random(16));
  // The Job's own deadline, plus time for its pod to start.
  const until = new Date(world.clock.now().getTime() + (migrationDeadlineSeconds + 600) * 1_000);
  await runStatements(world.postgres, world.epoch, enableMigrator(blueprint.names, verifier, until));
  changes.push(`enabled the login ${blueprint.names.roles.migrator}`);
  await applyAll(subject, kinds.secret, migratorSecret(blueprint, migrator.password));
}

/** Records a Tenant's own image. Only the completion of its Job matters. */
async function recordImage(subject: Subject, state: MigrationState, job: Job): Promise<Outcome> {
  const { blueprint } = subject;
  const result = migrationResult(job, await componentPods(subject, "migration"));
  const version = result.kind === "version" ? result.version : null;
  await record(subject, { version, imageMark: imageMark(blueprint.image) });
  return finish(subject, state);
}

/** Records the version that the Job of the platform's image has reported. */
async function recordVersion(subject: Subject, state: MigrationState, job: Job): Promise<Outcome> {
  const { blueprint } = subject;
  const result = migrationResult(job, await componentPods(subject, "migration"));
  if (result.kind === "lost") return repeatJob(subject, job);
  if (result.kind === "version" && (result.version !== state.version || state.imageMark !== null))
    await record(subject, { version: result.version, imageMark: null });
  const outcome = await finish(subject, state);
  if (result.kind === "invalid")
    return isRetried(subject, job) ? retry(subject, job) : resultInvalid(subject, job, result.found);
  const isBehind = blueprint.schemaVersion !== undefined && result.version < blueprint.schemaVersion;
  return isBehind ? schemaBehind(subject, result, job) : outcome;
}

async function record(
  subject: Subject,
  reported: Pick<MigrationState, "version" | "imageMark">,
): Promise<void> {
  const { blueprint, world, changes } = subject;
  await runStatements(world.postgres, world.epoch, [recordMigration(blueprint.names, reported)]);
  changes.push(`recorded the schema ${blueprint.names.schema} as migrated by ${blueprint.image}`);
  noteVersion(subject, reported);
}

/** Repeats the Job. Completed migrations do not run again, so a second Job only reports. */
async function repeatJob(subject: Subject, job: Job): Promise<Outcome> {
  await removeJob(subject, job);
  return waiting(
    "MigrationResultLost",
    `The pod of the Job ${job.metadata.name} is gone, and with it the version that it reported: the Job is repeated.`,
    5_000,
  );
}

/** Whether the Tenant requests another attempt since this Job was made. Each text requests one. */
function isRetried({ tenant }: Subject, job: Job): boolean {
  const text = requested("migration", tenant);
  return text !== undefined && text !== job.metadata.annotations?.[requestAnnotations.migration];
}

async function retry(subject: Subject, job: Job): Promise<Outcome> {
  await removeJob(subject, job);
  return waiting(
    "MigrationRetried",
    `The Job ${job.metadata.name} failed and is made again, because the Tenant's annotation requests it.`,
    5_000,
  );
}

function removeJob(subject: Subject, { metadata: { name } }: Job): Promise<void> {
  return removeOne(subject, kinds.job, { namespace: subject.blueprint.names.namespace, name });
}

/** Removes the Job's login, Secret and account. */
async function finish(subject: Subject, { migratorEnabled }: MigrationState): Promise<Outcome> {
  const { blueprint, world, changes } = subject;
  const { namespace, roles } = blueprint.names;
  await removeOne(subject, kinds.secret, { namespace, name: "migrator" });
  await removeOne(subject, kinds.serviceAccount, { namespace, name: "migrator" });
  if (!migratorEnabled) return done;
  // The login is disabled last: while it is enabled, the next reconcile knows that it must clean up.
  await world.vault.destroySecret(vaultPaths(blueprint.names).migrator);
  await disableMigrator(world.postgres, world.epoch, blueprint.names);
  changes.push(`disabled the login ${roles.migrator}`);
  return done;
}

async function failed(subject: Subject, job: Job): Promise<Outcome> {
  const pods = await componentPods(subject, "migration");
  return stalled(
    "MigrationFailed",
    `The Job ${job.metadata.name} failed: ${jobFailure(job, pods)} The pods of the previous version continue to serve. ` +
      `Set another image, or try again: ${requestCommand("migration", subject.blueprint.names.tenant)}`,
  );
}

function withoutStorage({ blueprint }: Subject): Outcome {
  return stalled(
    "StorageExhausted",
    `The schema ${blueprint.names.schema} holds over 150 % of its storage, so no migration starts: ` +
      `raise database.storage of the TenantPlan ${blueprint.plan}.`,
  );
}

function schemaTooLarge({ blueprint }: Subject, relations: number): Outcome {
  return stalled(
    "SchemaTooLarge",
    `The schema ${blueprint.names.schema} has ${relations} relations, and no migration starts with more than ${mostRelations}: ` +
      "as a superuser of PostgreSQL drop the relations that no image of the platform has made, and rotate the tenant's credentials.",
  );
}

function schemaBehind({ blueprint }: Subject, { version }: { version: number }, job: Job): Outcome {
  return stalled(
    "SchemaBehind",
    `Expected ${blueprint.image} to bring the schema to version ${blueprint.schemaVersion}, found version ${version} after the ` +
      `Job ${job.metadata.name} succeeded: set the operator's runtime.schemaVersion to the version of the image.`,
  );
}

function resultInvalid({ blueprint }: Subject, job: Job, found: string): Outcome {
  return stalled(
    "MigrationResultInvalid",
    `Expected the version of the schema, a whole number, as the termination message of the Job ${job.metadata.name}, found ` +
      `${JSON.stringify(found)}: set an image that reports it, or try again: ${requestCommand("migration", blueprint.names.tenant)}`,
  );
}
