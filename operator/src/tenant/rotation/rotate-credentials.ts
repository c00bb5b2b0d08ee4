import type { Milliseconds } from "../../../../process/clock.ts";
import type { Reason } from "../../kubernetes/loop/outcome.ts";
import { timestamp } from "../../kubernetes/objects/conditions.ts";
import { raced } from "../credentials/create-once.ts";
import { credentialsFound } from "../credentials/credentials-found.ts";
import { newSecret } from "../credentials/new-secret.ts";
import type { Credentials, Rotation, RotationStage } from "../model/names/credentials.ts";
import type { RotatedLogin, RotatingCredentials } from "../model/names/rotated-login.ts";
import { beginRotation, continueRotation } from "../model/names/rotation.ts";
import { vaultPaths } from "../model/names/vault-paths.ts";
import { requested } from "../model/requests.ts";
import type { Subject } from "../step/subject.ts";
import { latePods } from "./late-pods.ts";

/** Whether a tenant's credentials are in rotation, and the event that the rotation waits for. */
export type RotationReport =
  | { readonly kind: "resting" }
  | {
      readonly kind: "rotating";
      readonly reason: Reason;
      readonly message: string;
      readonly recheckAfter: Milliseconds;
    }
  /** Not observed in this reconcile. The status may still hold. */
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly error: unknown };

/** An access token is valid for 15 minutes (docs/contracts.md), plus one for clocks that differ. */
const tokenLifetime = 16 * 60_000;

/** The kubelet updates a mounted Secret within two minutes. A pod that takes longer than this causes a warning. */
const patience = 5 * 60_000;

const soon = 5_000;
const later = 60_000;

const stages: Readonly<Record<RotationStage, { reason: Reason; message: string }>> = {
  admitting: {
    reason: "AdmittingNewCredentials",
    message: "New credentials exist, and the servers are set to accept them beside the old ones.",
  },
  switching: {
    reason: "WaitingForPods",
    message: "The pods are given the new credentials. Until every pod uses them the old ones work too.",
  },
  signing: {
    reason: "ReplacingSigningKey",
    message: "The old passwords are refused. The pods begin to sign tokens with the new key.",
  },
  expiring: {
    reason: "WaitingForTokensToExpire",
    message: "The old passwords are refused. The old signing key still verifies its tokens.",
  },
  forgetting: {
    reason: "WithdrawingOldKey",
    message: "The old passwords are refused. The old signing key is removed from the pods.",
  },
};

/**
 * Rotates the tenant's credentials without a restart and without a failed request, when its annotation requests it or
 * when they are too old. Each call starts at most one stage, after the previous stage has taken effect. The state of a
 * rotation is only in Vault and is written by check-and-set, so no stage is lost or repeated. Call it only after
 * `ensure` of every resource is done: each server has then taken the stage before.
 * @throws RetryableError SecretRaced
 */
export async function rotateCredentials(
  subject: Subject,
  logins: readonly RotatedLogin[],
): Promise<RotationReport> {
  const { world, found } = subject;
  const { secret: credentials } = found.require(credentialsFound);
  const next = () => newSecret(world.random);
  if (!isRotating(credentials)) {
    if (!isDue(subject, credentials)) return { kind: "resting" };
    return record(subject, beginRotation(credentials, making(subject, credentials), logins, next));
  }
  const hindrance = await hindranceOf(subject, credentials, logins);
  if (hindrance !== undefined) return hindrance;
  return record(subject, continueRotation(credentials, logins, world.clock.now(), next));
}

/**
 * Each new text of the annotation requests one rotation. `rotateEvery` requests one whenever the credentials are older.
 */
function isDue(subject: Subject, { made }: Credentials): boolean {
  const { tenant, blueprint, world } = subject;
  const request = requested("rotation", tenant);
  if (request !== undefined && request !== made.request) return true;
  const { rotateEvery } = blueprint.settings.credentials;
  return rotateEvery !== undefined && world.clock.now().getTime() - Date.parse(made.at) >= rotateEvery;
}

/** Keeps the last completed request, even after its annotation has been removed. */
function making({ tenant, world }: Subject, { made }: Credentials) {
  const request = requested("rotation", tenant) ?? made.request;
  return { at: world.clock.now().toISOString(), ...(request !== undefined && { request }) };
}

async function record(subject: Subject, next: Credentials): Promise<RotationReport> {
  const { blueprint, world, found, changes } = subject;
  const path = vaultPaths(blueprint.names).credentials;
  if (!(await world.vault.writeSecret(path, next, found.require(credentialsFound).version)))
    throw raced(path);
  const { stage } = next.rotation ?? { stage: "forgetting" };
  changes.push(`continued the rotation of credentials: ${stages[stage].reason}`);
  return { kind: "rotating", ...stages[stage], recheckAfter: 0 };
}

/** The reason why the stage still waits; undefined if it does not. */
async function hindranceOf(
  subject: Subject,
  credentials: RotatingCredentials,
  logins: readonly RotatedLogin[],
): Promise<RotationReport | undefined> {
  const { stage } = credentials.rotation;
  if (stage === "admitting") return undefined;
  if (stage === "expiring") return untilTokensExpire(credentials.rotation, subject.world.clock.now());
  return untilPodsFollow(subject, credentials, logins);
}

function untilTokensExpire({ stage, since }: Rotation, now: Date): RotationReport | undefined {
  const end = Date.parse(since) + tokenLifetime;
  const left = end - now.getTime();
  if (left <= 0) return undefined;
  const { reason, message } = stages[stage];
  return {
    kind: "rotating",
    reason,
    message: `${message} The last one expires by ${timestamp(new Date(end))}.`,
    recheckAfter: left,
  };
}

async function untilPodsFollow(
  subject: Subject,
  credentials: RotatingCredentials,
  logins: readonly RotatedLogin[],
): Promise<RotationReport | undefined> {
  const { late, all } = await latePods(subject, credentials, logins);
  if (late.length === 0) return undefined;
  const { stage, since } = credentials.rotation;
  const overdue = subject.world.clock.now().getTime() - Date.parse(since) > patience;
  return {
    kind: "rotating",
    reason: overdue ? "PodsNotReporting" : stages[stage].reason,
    message: `${stages[stage].message} ${late.length} of ${all} pods have not switched yet. ${told(late)}`,
    recheckAfter: overdue ? later : soon,
  };
}

/** The first five pods and the number of others, because the message of a status is bounded. */
function told(late: readonly string[]): string {
  const most = 5;
  const rest = late.length > most ? ` And ${late.length - most} more.` : "";
  return late.slice(0, most).join(" ") + rest;
}

function isRotating(credentials: Credentials): credentials is RotatingCredentials {
  return credentials.rotation !== undefined;
}
