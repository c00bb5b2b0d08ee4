import type { Outcome } from "../../kubernetes/loop/outcome.ts";
import {
  type Deployment,
  type KubernetesObject,
  kinds,
  type ServiceAccount,
} from "../../kubernetes/objects/kinds.ts";
import { ensureCertificate } from "../credentials/certificates.ts";
import { autoscaler } from "../desired/workload/autoscaler.ts";
import { platformCa, runtimeConfig } from "../desired/workload/config-maps.ts";
import { deployment, ownChoiceAnnotation, restartOf } from "../desired/workload/deployment.ts";
import { disruptionBudget } from "../desired/workload/disruption-budget.ts";
import { service } from "../desired/workload/service.ts";
import { serviceAccount } from "../desired/workload/service-accounts.ts";
import type { TenantStatus } from "../model/kinds.ts";
import { serviceNames } from "../model/names/service-names.ts";
import { autoscalerFault } from "../model/reports/autoscaler-fault.ts";
import { requested } from "../model/requests.ts";
import { appliedVersion, isOwnChoice } from "../observed/applied-version.ts";
import { runtimeStatus } from "../observed/runtime-status.ts";
import { finding } from "../step/findings.ts";
import { applyAll, removeOne, type Subject } from "../step/subject.ts";
import { autoscalerFaultFound } from "./autoscaler-limit.ts";
import { followRollout } from "./follow-rollout.ts";
import { podsBeforeUpdate } from "./pods-before-update.ts";
import { applyWorkers, followWorkers } from "./workers.ts";

/** The state of the pods. */
export const runtimeFound = finding<NonNullable<TenantStatus["runtime"]>>(
  "state of the pods",
  "RuntimeReady",
);

/**
 * Runs the tenant's pods and workers, and waits until the desired pods serve. Those of the image before run until its
 * migration ends.
 */
export async function runtime(subject: Subject): Promise<Outcome> {
  const { blueprint } = subject;
  const [account] = await applyAll(subject, kinds.serviceAccount, serviceAccount(blueprint.names, "runtime"));
  await applyAll(subject, kinds.configMap, runtimeConfig(blueprint), platformCa(blueprint));
  const certificate = await ensureCertificate(
    subject,
    "runtime-tls",
    serviceNames(blueprint.names.namespace),
  );
  if (certificate.kind !== "done") return certificate;
  // Before the pods, so that a pod receives requests as soon as it is ready.
  await applyAll(subject, kinds.service, service(blueprint.names));
  await applyAll(subject, kinds.podDisruptionBudget, disruptionBudget(blueprint.names));
  await autoscale(subject);
  const before = await subject.world.cluster.find(kinds.deployment, {
    namespace: blueprint.names.namespace,
    name: "runtime",
  });
  const desired = withAccount(desiredDeployment(subject, before), account, before);
  // Before the pods that leave the jobs to them, so that jobs wait as shortly as possible.
  const workers = await applyWorkers(subject, desired);
  const [live] = await applyAll(subject, kinds.deployment, desired);
  if (live === undefined) throw new TypeError("Expected the Deployment that was applied.");
  subject.found.set(runtimeFound, runtimeStatus(live, blueprint.names));
  const outcome = await followRollout(subject, live, "runtime");
  return outcome.kind === "done" ? followWorkers(subject, workers) : outcome;
}

/**
 * The Deployment without what others have changed. A recorded choice in the form of earlier versions stays: a changed
 * annotation would be an update of the Deployment, and the tenant not ready until Kubernetes has observed it.
 */
function desiredDeployment(subject: Subject, before: Deployment | undefined): Deployment {
  const { blueprint, tenant } = subject;
  const recorded = before?.metadata.annotations?.[ownChoiceAnnotation];
  const current = isOwnChoice(recorded, blueprint) ? { ...blueprint, ownChoice: recorded } : blueprint;
  return deployment(current, {
    replicas: before?.spec?.replicas,
    kept: podsBeforeUpdate(subject, before),
    restart: requested("restart", tenant) ?? restartOf(appliedVersion(before)?.template),
  });
}

/** Creates or removes the autoscaler, and finds out whether it works. */
async function autoscale(subject: Subject): Promise<void> {
  const { autoscaling, names } = subject.blueprint;
  if (autoscaling === undefined) {
    await removeOne(subject, kinds.horizontalPodAutoscaler, { namespace: names.namespace, name: "runtime" });
    subject.found.set(autoscalerFaultFound, null);
    return;
  }
  const [live] = await applyAll(subject, kinds.horizontalPodAutoscaler, autoscaler(names, autoscaling));
  const fault = live === undefined ? undefined : autoscalerFault(live);
  subject.found.set(autoscalerFaultFound, fault ?? null);
}

/**
 * The Deployment, with new pods if their ServiceAccount was created again after it. The tokens of running pods name the
 * deleted account, so that Vault and the egress proxy refuse them.
 */
function withAccount(
  desired: Deployment,
  account: ServiceAccount | undefined,
  live: Deployment | undefined,
): Deployment {
  const born = (object: KubernetesObject | undefined) => Date.parse(object?.metadata.creationTimestamp ?? "");
  if (desired.spec === undefined || account?.metadata.uid === undefined || !(born(account) > born(live)))
    return desired;
  const { template } = desired.spec;
  const annotations = { ...template.metadata?.annotations, [accountAnnotation]: account.metadata.uid };
  const metadata = { ...template.metadata, annotations };
  return { ...desired, spec: { ...desired.spec, template: { ...template, metadata } } };
}

/** Annotation on the pod template: the uid of the account, if the account is newer than the Deployment. */
const accountAnnotation = "dotmac.io/account-uid";
