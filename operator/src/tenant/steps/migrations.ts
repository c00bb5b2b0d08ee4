import { z } from "zod";
import { runStatements } from "../../clients/postgres/run-statements.ts";
import { scramVerifier } from "../../clients/postgres/scram.ts";
import { done, type Outcome, stalled, stalledFor, waiting } from "../../kubernetes/loop/outcome.ts";
import { type Job, kinds, type Pod } from "../../kubernetes/objects/kinds.ts";
import { createOnce } from "../credentials/create-once.ts";
import { newSecret } from "../credentials/new-secret.ts";
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
import { vaultPaths } from "../model/vault-paths.ts";
import { componentPods } from "../observed/component-pods.ts";
import { jobFailure, jobImage, jobState, succeededPod } from "../observed/job-state.ts";
import { migrationResult } from "../observed/migration-result.ts";
import { jobWithoutPod } from "../observed/pod-refusal.ts";
import { podTrouble } from "../observed/pod-trouble.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";

/** Brings the schema to the version of the tenant's image, by a Job of that same image. */
export async function migrations(subject: Subject): Promise<Outcome> {
  const { plan, world } = subject;
  const state = await observeMigration(world.postgres, plan.names);
  noteVersion(subject, state);
  const jobs = world.cluster.inNamespace(kinds.job, plan.names.namespace);
  const running = jobs.find((job) => jobState(job) === "running");
  if (running === undefined) return follow(subject, state, jobs, running);
  const pods = await componentPods(subject, "migration");
  const ended = succeededPod(running, pods);
  if (ended === undefined) return superviseJob(subject, running, pods);
  const outcome = await follow(subject, state, jobs, running);
  // What others have put into the pod may run on: the Job would wait for it until its deadline, and fail.
  if (outcome.kind === "done" && ended.status?.phase === "Running") await removeJob(subject, running);
  return outcome;
}

/** Goes on when no migration is at work. `running` is a Job whose migration container has succeeded. */
async function follow(
  subject: Subject,
  state: MigrationState,
  jobs: readonly Job[],
  running: Job | undefined,
): Promise<Outcome> {
  const { plan } = subject;
  if (plan.suspended || isUpToDate(subject, state)) return finish(subject, state);
  const hasSucceeded = (job: Job) => job === running || jobState(job) === "succeeded";
  if (plan.schemaVersion === undefined) {
    const own = jobs.find((job) => jobImage(job) === plan.image && hasSucceeded(job));
    if (own !== undefined) return recordImage(subject, state, own);
  }
  const last = jobs.find((job) => job.metadata.name === migrationJobName(plan.image, state.version ?? 0));
  if (last === undefined) return startJob(subject, state);
  if (hasSucceeded(last)) return recordVersion(subject, state, last);
  await finish(subject, state);
  return failed(subject, last);
}

/**
 * By what Jobs have reported: the Job may be long gone. While an update waits, any version does. What an image of the
 * Tenant's own has reported counts for that image alone.
 */
function isUpToDate({ plan }: Subject, { version, imageMark: mark }: MigrationState): boolean {
  if (plan.schemaVersion === undefined) return mark === imageMark(plan.image);
  return plan.schemaVersion === 0 || (mark === null && version !== null && version >= plan.schemaVersion);
}

function noteVersion({ found }: Subject, { version }: Pick<MigrationState, "version">): void {
  if (version !== null) found.migration = version;
}

async function superviseJob(subject: Subject, job: Job, pods: readonly Pod[]): Promise<Outcome> {
  if (jobImage(job) === subject.plan.image) {
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

async function startJob(subject: Subject, { version }: MigrationState): Promise<Outcome> {
  const { plan, world, changes } = subject;
  await enable(subject);
  await applyAll(subject, kinds.serviceAccount, serviceAccount(plan.names, "migrator"));
  await applyAll(subject, kinds.configMap, runtimeConfig(plan), platformCa(plan));
  const job = migrationJob(plan, version ?? 0);
  const { created } = await world.cluster.create(kinds.job, job);
  if (created) changes.push(`created Job ${job.metadata.name}`);
  return waiting(
    "Migrating",
    `The Job ${job.metadata.name} migrates the schema ${version === null ? "and reports its version" : `from version ${version}`}.`,
    30_000,
  );
}

async function enable(subject: Subject): Promise<void> {
  const { plan, world, changes } = subject;
  const { secret: migrator } = await createOnce(
    world.vault,
    vaultPaths(plan.names).migrator,
    z.object({ password: z.string().min(1) }),
    async () => ({ password: newSecret(world.random) }),
  );
  const verifier = await scramVerifier(migrator.password, world.random(16));
  // The Job's own deadline and some time for its pod to start.
  const until = new Date(world.clock.now().getTime() + (migrationDeadlineSeconds + 600) * 1_000);
  await runStatements(world.postgres, world.epoch, [enableMigrator(plan.names, verifier, until)]);
  changes.push(`enabled the login ${plan.names.roles.migrator}`);
  await applyAll(subject, kinds.secret, migratorSecret(plan, migrator.password));
}

/** An image of a Tenant's own: that its Job ran to its end is all that must be known of it. */
async function recordImage(subject: Subject, state: MigrationState, job: Job): Promise<Outcome> {
  const { plan } = subject;
  const result = migrationResult(job, await componentPods(subject, "migration"));
  const version = result.kind === "version" ? result.version : null;
  await record(subject, { version, imageMark: imageMark(plan.image) });
  return finish(subject, state);
}

/** The platform's image: its Job says which version it has reached. */
async function recordVersion(subject: Subject, state: MigrationState, job: Job): Promise<Outcome> {
  const { plan } = subject;
  const result = migrationResult(job, await componentPods(subject, "migration"));
  if (result.kind === "lost") return repeatJob(subject, job);
  if (result.kind === "version" && (result.version !== state.version || state.imageMark !== null))
    await record(subject, { version: result.version, imageMark: null });
  const outcome = await finish(subject, state);
  if (result.kind === "invalid") return resultInvalid(job, result.found);
  const isBehind = plan.schemaVersion !== undefined && result.version < plan.schemaVersion;
  return isBehind ? schemaBehind(subject, result, job) : outcome;
}

async function record(
  subject: Subject,
  reported: Pick<MigrationState, "version" | "imageMark">,
): Promise<void> {
  const { plan, world, changes } = subject;
  await runStatements(world.postgres, world.epoch, [recordMigration(plan.names, reported)]);
  changes.push(`recorded the schema ${plan.names.schema} as migrated by ${plan.image}`);
  noteVersion(subject, reported);
}

/** Migrations that are done already are not done again: a second Job only reports. */
async function repeatJob(subject: Subject, job: Job): Promise<Outcome> {
  await removeJob(subject, job);
  return waiting(
    "MigrationResultLost",
    `The pod of the Job ${job.metadata.name} is gone, and with it the version that it reported: the Job is repeated.`,
    5_000,
  );
}

function removeJob(subject: Subject, { metadata: { name } }: Job): Promise<void> {
  return removeOne(subject, kinds.job, { namespace: subject.plan.names.namespace, name });
}

/** Takes back what the Job was given: its login, its Secret, its account. */
async function finish(subject: Subject, { migratorEnabled }: MigrationState): Promise<Outcome> {
  const { plan, world, changes } = subject;
  const { namespace, roles } = plan.names;
  await removeOne(subject, kinds.secret, { namespace, name: "migrator" });
  await removeOne(subject, kinds.serviceAccount, { namespace, name: "migrator" });
  if (!migratorEnabled) return done;
  // The login last: as long as it is enabled, the next reconcile knows that there is something to take back.
  await world.vault.destroySecret(vaultPaths(plan.names).migrator);
  await runStatements(world.postgres, world.epoch, disableMigrator(plan.names));
  changes.push(`disabled the login ${roles.migrator}`);
  return done;
}

async function failed(subject: Subject, job: Job): Promise<Outcome> {
  const pods = await componentPods(subject, "migration");
  const { namespace } = subject.plan.names;
  return stalled(
    "MigrationFailed",
    `The Job ${job.metadata.name} failed: ${jobFailure(job, pods)} The pods of the version before go on serving. ` +
      `Set another image, or delete the Job to try again: kubectl -n ${namespace} delete job ${job.metadata.name}`,
  );
}

function schemaBehind({ plan }: Subject, { version }: { version: number }, job: Job): Outcome {
  return stalled(
    "SchemaBehind",
    `Expected ${plan.image} to bring the schema to version ${plan.schemaVersion}, found version ${version} after the ` +
      `Job ${job.metadata.name} succeeded: set the operator's runtime.schemaVersion to what the image brings.`,
  );
}

function resultInvalid({ metadata: { name, namespace } }: Job, found: string): Outcome {
  return stalled(
    "MigrationResultInvalid",
    `Expected the version of the schema, a whole number, as the termination message of the Job ${name}, found ` +
      `${JSON.stringify(found)}: set an image that reports it, or delete the Job to try again: ` +
      `kubectl -n ${namespace} delete job ${name}`,
  );
}
