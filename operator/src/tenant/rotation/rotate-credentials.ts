import type { Milliseconds } from "../../../../process/clock.ts";
import type { Reason } from "../../kubernetes/loop/outcome.ts";
import { timestamp } from "../../kubernetes/objects/conditions.ts";
import { raced } from "../credentials/create-once.ts";
import { newSecret } from "../credentials/new-secret.ts";
import { requireCredentials } from "../credentials/require-credentials.ts";
import type { Credentials, Rotation, RotationStage } from "../model/credentials.ts";
import { requestedRotation } from "../model/requested-rotation.ts";
import { beginRotation, continueRotation } from "../model/rotation.ts";
import { vaultPaths } from "../model/vault-paths.ts";
import type { Subject } from "../step/subject.ts";
import { latePods } from "./late-pods.ts";

/** Whether a tenant's credentials are being replaced, and what that waits for. */
export type RotationReport =
  | { readonly kind: "resting" }
  | {
      readonly kind: "rotating";
      readonly reason: Reason;
      readonly message: string;
      readonly recheckAfter: Milliseconds;
    }
  /** It was not looked at: what the status says of it may still hold. */
  | { readonly kind: "unknown" }
  | { readonly kind: "failed"; readonly error: unknown };

type RotatingCredentials = Credentials & { readonly rotation: Rotation };

/** An access token is good for 15 minutes (docs/contracts.md); one more for clocks that differ. */
const tokenLifetime = 16 * 60_000;

/** The kubelet updates a mounted Secret within two minutes; a pod that is later than this is worth a warning. */
const patience = 5 * 60_000;

const soon = 5_000;
const later = 60_000;

const stages: Readonly<Record<RotationStage, { reason: Reason; message: string }>> = {
  admitting: {
    reason: "AdmittingNewCredentials",
    message:
      "New credentials are made, and PostgreSQL and Redis are told to accept them beside the old ones.",
  },
  switching: {
    reason: "WaitingForPods",
    message: "The pods are given the new credentials. Until every pod uses them the old ones work too.",
  },
  signing: {
    reason: "ReplacingSigningKey",
    message: "The old passwords are refused. The pods begin to sign tokens by the new key.",
  },
  expiring: {
    reason: "WaitingForTokensToExpire",
    message: "The old passwords are refused. The old signing key verifies the tokens that it has signed.",
  },
  forgetting: {
    reason: "WithdrawingOldKey",
    message: "The old passwords are refused. The old signing key is taken from the pods.",
  },
};

/**
 * Replaces the tenant's credentials without a restart and without a failed request, when its annotation asks
 * for it or they are too old: takes at most one stage per call, after the stage before has taken effect.
 * The state of a rotation is kept in Vault only, and written by check-and-set: no stage is lost or
 * repeated. Only for a pass in which the steps `secrets`, `database` and `cache` are done.
 * @throws RetryableError SecretRaced
 */
export async function rotateCredentials(subject: Subject): Promise<RotationReport> {
  const { world } = subject;
  const credentials = requireCredentials(subject);
  const next = () => newSecret(world.random);
  if (!isRotating(credentials)) {
    if (!isDue(subject, credentials)) return { kind: "resting" };
    return record(subject, beginRotation(credentials, making(subject, credentials), next));
  }
  const hindrance = await hindranceOf(subject, credentials);
  if (hindrance !== undefined) return hindrance;
  return record(subject, continueRotation(credentials, world.clock.now(), next));
}

/** Each new text of the annotation asks once; `rotateEvery` asks whenever the credentials are older. */
function isDue(subject: Subject, { made }: Credentials): boolean {
  const { tenant, plan, world } = subject;
  const request = requestedRotation(tenant);
  if (request !== undefined && request !== made.request) return true;
  const { rotateEvery } = plan.settings.credentials;
  return rotateEvery !== undefined && world.clock.now().getTime() - Date.parse(made.at) >= rotateEvery;
}

/** Keeps the last request that was carried out, also when its annotation has been removed. */
function making({ tenant, world }: Subject, { made }: Credentials) {
  const request = requestedRotation(tenant) ?? made.request;
  return { at: world.clock.now().toISOString(), ...(request !== undefined && { request }) };
}

async function record(subject: Subject, next: Credentials): Promise<RotationReport> {
  const { plan, world, found, changes } = subject;
  const path = vaultPaths(plan.names).credentials;
  if (!(await world.vault.writeSecret(path, next, found.credentialsVersion ?? 0))) throw raced(path);
  const { stage } = next.rotation ?? { stage: "forgetting" };
  changes.push(`went on with the rotation of credentials: ${stages[stage].reason}`);
  return { kind: "rotating", ...stages[stage], recheckAfter: 0 };
}

/** What the stage still waits for, if anything. */
async function hindranceOf(
  subject: Subject,
  credentials: RotatingCredentials,
): Promise<RotationReport | undefined> {
  const { stage } = credentials.rotation;
  if (stage === "admitting") return undefined;
  if (stage === "expiring") return untilTokensExpire(credentials.rotation, subject.world.clock.now());
  return untilPodsFollow(subject, credentials);
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
): Promise<RotationReport | undefined> {
  const { late, all } = await latePods(subject, credentials);
  if (late.length === 0) return undefined;
  const { stage, since } = credentials.rotation;
  const overdue = subject.world.clock.now().getTime() - Date.parse(since) > patience;
  return {
    kind: "rotating",
    reason: overdue ? "PodsNotReporting" : stages[stage].reason,
    message: `${stages[stage].message} ${late.length} of ${all} pods have not followed yet. ${told(late)}`,
    recheckAfter: overdue ? later : soon,
  };
}

/** The first five, and how many more there are: the message of a status is bounded. */
function told(late: readonly string[]): string {
  const most = 5;
  const rest = late.length > most ? ` And ${late.length - most} more.` : "";
  return late.slice(0, most).join(" ") + rest;
}

function isRotating(credentials: Credentials): credentials is RotatingCredentials {
  return credentials.rotation !== undefined;
}
