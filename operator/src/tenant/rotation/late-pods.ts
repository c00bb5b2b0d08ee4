import { isDeepStrictEqual } from "node:util";
import type { CredentialsReport } from "../../../../contract/health-report.ts";
import { passwordDigest } from "../../../../contract/password-digest.ts";
import { managementPort } from "../../../../contract/runtime-ports.ts";
import { Turns } from "../../../../process/turns.ts";
import { plainText } from "../../base/plain-text.ts";
import type { RuntimeAnswer } from "../../clients/runtime/runtimes.ts";
import type { Pod } from "../../kubernetes/objects/kinds.ts";
import type { Credentials } from "../model/credentials.ts";
import { appLogin, type TenantNames } from "../model/names.ts";
import { componentPods } from "../observed/component-pods.ts";
import { isWithoutImage, podTrouble } from "../observed/pod-trouble.ts";
import type { Subject } from "../step/subject.ts";
import { serviceNames } from "../steps/runtime.ts";

const askedAtOnce = 4;

/** Milliseconds for all pods of a tenant together, so that a slow tenant does not hold a worker of the operator. */
const patience = 10_000;

const notAsked: RuntimeAnswer = { kind: "silent", reason: "the pods before it took too long to answer" };

/**
 * Which pods do not use exactly what their Secret gives them, each in a sentence that says why, and how many
 * pods there are that can use credentials at all. A pod that does not answer counts as late.
 */
export async function latePods(
  subject: Subject,
  credentials: Credentials,
): Promise<{ readonly late: readonly string[]; readonly all: number }> {
  const given = givenTo(subject.plan.names, credentials);
  const pods = (await componentPods(subject, "runtime")).filter(mayUseCredentials);
  const turns = new Turns({ atOnce: askedAtOnce });
  const { clock } = subject.world;
  const end = clock.monotonic() + patience;
  const answerOf = (pod: Pod) =>
    turns.take(async () => (clock.monotonic() > end ? notAsked : ask(subject, pod)));
  const complaints = await Promise.all(
    pods.map(async (pod) => complaint(pod, await answerOf(pod), given, clock.now())),
  );
  return { late: complaints.filter((text) => text !== undefined), all: pods.length };
}

function givenTo(names: TenantNames, { database, redis, auth }: Credentials): CredentialsReport {
  return {
    database: [appLogin(names, database.active)],
    redis: [passwordDigest(redis)],
    auth: auth.map(({ kid }) => kid),
  };
}

/**
 * A pod that finishes its requests does; one that has no node yet, or whose image cannot be had, has read
 * nothing so far, and is given what the Secret says when it starts.
 */
function mayUseCredentials(pod: Pod): boolean {
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return !ended && pod.spec?.nodeName !== undefined && !isWithoutImage(pod);
}

async function ask({ plan, world }: Subject, { status }: Pod): Promise<RuntimeAnswer> {
  const [serverName = ""] = serviceNames(plan.names.namespace);
  if (status?.podIP === undefined) return { kind: "silent", reason: "it has no address yet" };
  return world.runtimes.credentialsInUse({ ip: status.podIP, port: managementPort, serverName });
}

function complaint(pod: Pod, answer: RuntimeAnswer, given: CredentialsReport, now: Date): string | undefined {
  const { name } = pod.metadata;
  if (answer.kind === "ignorant") {
    return `Pod ${name}: its image is too old to tell which credentials it uses; set a newer one.`;
  }
  if (answer.kind === "silent") {
    return `${podTrouble([pod], now)?.message ?? `Pod ${name} does not tell which credentials it uses: ${answer.reason}`}.`;
  }
  const { inUse } = answer;
  const late = [
    ...(isDeepStrictEqual(inUse.database, given.database) ? [] : [`the logins ${list(inUse.database)}`]),
    ...(isDeepStrictEqual(inUse.redis, given.redis) ? [] : ["another Redis password"]),
    ...(isDeepStrictEqual(inUse.auth, given.auth) ? [] : [`the signing keys ${list(inUse.auth)}`]),
  ];
  return late.length === 0 ? undefined : `Pod ${name} uses ${late.join(" and ")}.`;
}

function list(names: readonly string[]): string {
  return names.length === 0 ? "(none)" : plainText(names.join(", "), 256);
}
