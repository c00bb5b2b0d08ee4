import { isDeepStrictEqual } from "node:util";
import { managementPort } from "../../../../contract/runtime-ports.ts";
import { Turns } from "../../../../process/turns.ts";
import { plainText } from "../../base/plain-text.ts";
import type { RuntimeAnswer } from "../../clients/runtime/runtimes.ts";
import type { Pod } from "../../kubernetes/objects/kinds.ts";
import type { Credentials } from "../model/names/credentials.ts";
import type { RotatedLogin } from "../model/names/rotated-login.ts";
import { serviceNames } from "../model/names/service-names.ts";
import { componentPods } from "../observed/component-pods.ts";
import { isWithoutImage, podTrouble } from "../observed/pod-trouble.ts";
import type { Subject } from "../step/subject.ts";

const askedAtOnce = 4;

/** Milliseconds for all pods of a tenant together, so that a slow tenant does not block a worker of the operator. */
const patience = 10_000;

const notAsked: RuntimeAnswer = { kind: "silent", reason: "the pods before it took too long to answer" };

/**
 * The pods that do not use exactly the contents of their Secret, each as a sentence with the reason, and the number of
 * pods that can use credentials at all. A pod that does not answer counts as not updated.
 */
export async function latePods(
  subject: Subject,
  credentials: Credentials,
  logins: readonly RotatedLogin[],
): Promise<{ readonly late: readonly string[]; readonly all: number }> {
  const expected = expectedFrom(subject, credentials, logins);
  const found = [...(await componentPods(subject, "runtime")), ...(await componentPods(subject, "worker"))];
  const pods = found.filter(mayUseCredentials);
  const turns = new Turns({ atOnce: askedAtOnce });
  const { clock } = subject.world;
  const end = clock.monotonic() + patience;
  const answerOf = (pod: Pod) =>
    turns.take(async () => (clock.monotonic() > end ? notAsked : ask(subject, pod)));
  const reasons = await Promise.all(
    pods.map(async (pod) => latenessOf(pod, await answerOf(pod), expected, clock.now())),
  );
  return { late: reasons.filter((text) => text !== undefined), all: pods.length };
}

/** One list of the report of a pod that uses only the contents of its Secret. */
interface Expected extends Pick<RotatedLogin, "name" | "describe"> {
  readonly given: readonly string[];
}

function expectedFrom(
  { blueprint: { names } }: Subject,
  credentials: Credentials,
  logins: readonly RotatedLogin[],
): readonly Expected[] {
  return [
    ...logins.map(({ name, describe, inFiles }) => ({ name, describe, given: inFiles(names, credentials) })),
    {
      name: "auth",
      describe: (reported) => `the signing keys ${reported}`,
      given: credentials.auth.map(({ kid }) => kid),
    },
  ];
}

/**
 * Whether a pod may use credentials. A pod that finishes its requests does. A pod without a node or without its image
 * has read nothing yet and gets the current Secret at its start.
 */
function mayUseCredentials(pod: Pod): boolean {
  const ended = pod.status?.phase === "Succeeded" || pod.status?.phase === "Failed";
  return !ended && pod.spec?.nodeName !== undefined && !isWithoutImage(pod);
}

async function ask({ blueprint, world }: Subject, { status }: Pod): Promise<RuntimeAnswer> {
  const [serverName = ""] = serviceNames(blueprint.names.namespace);
  if (status?.podIP === undefined) return { kind: "silent", reason: "it has no address yet" };
  return world.runtimes.credentialsInUse({ ip: status.podIP, port: managementPort, serverName });
}

/**
 * The reason why the pod is late; undefined if it is not. A login that the pod does not report is unknown to its image,
 * so the pod cannot use it.
 */
function latenessOf(
  pod: Pod,
  answer: RuntimeAnswer,
  expected: readonly Expected[],
  now: Date,
): string | undefined {
  const { name } = pod.metadata;
  if (answer.kind === "ignorant") {
    return `Pod ${name}: its image is too old to report which credentials it uses; set a newer one.`;
  }
  if (answer.kind === "silent") {
    return `${podTrouble([pod], now)?.message ?? `Pod ${name} does not tell which credentials it uses: ${answer.reason}`}.`;
  }
  const late = expected.flatMap(({ name: part, describe, given }) => {
    const inUse = answer.inUse[part];
    return inUse === undefined || isDeepStrictEqual(inUse, given) ? [] : [describe(listed(inUse))];
  });
  return late.length === 0 ? undefined : `Pod ${name} uses ${late.join(" and ")}.`;
}

function listed(names: readonly string[]): string {
  return names.length === 0 ? "(none)" : plainText(names.join(", "), 256);
}
