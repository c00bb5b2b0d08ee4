import { done, type Outcome, stalled, stalledFor, waiting } from "../../kubernetes/loop/outcome.ts";
import {
  type Deployment,
  type KubernetesObject,
  kinds,
  type ServiceAccount,
} from "../../kubernetes/objects/kinds.ts";
import { ensureCertificate } from "../credentials/certificates.ts";
import { platformCa, runtimeConfig } from "../desired/workload/config-maps.ts";
import { deployment } from "../desired/workload/deployment.ts";
import { disruptionBudget } from "../desired/workload/disruption-budget.ts";
import { service } from "../desired/workload/service.ts";
import { serviceAccount } from "../desired/workload/service-accounts.ts";
import { rollout } from "../model/rollout.ts";
import { componentPods } from "../observed/component-pods.ts";
import { ownContainer } from "../observed/own-container.ts";
import { podRefusal } from "../observed/pod-refusal.ts";
import { podTrouble } from "../observed/pod-trouble.ts";
import { applyAll, type Subject } from "../step/subject.ts";

/** Runs the tenant's pods and waits until the wanted ones serve. */
export async function runtime(subject: Subject): Promise<Outcome> {
  const { plan } = subject;
  const [account] = await applyAll(subject, kinds.serviceAccount, serviceAccount(plan.names, "runtime"));
  await applyAll(subject, kinds.configMap, runtimeConfig(plan), platformCa(plan));
  const certificate = await ensureCertificate(subject, "runtime-tls", serviceNames(plan.names.namespace));
  if (certificate.kind !== "done") return certificate;
  // Before the pods: each is reached through it as soon as it is ready, and not only a moment later.
  await applyAll(subject, kinds.service, service(plan.names));
  await applyAll(subject, kinds.podDisruptionBudget, disruptionBudget(plan.names));
  const before = await subject.world.cluster.find(kinds.deployment, {
    namespace: plan.names.namespace,
    name: "runtime",
  });
  const wanted = withAccount(deployment(plan), account, before);
  const [live] = await applyAll(subject, kinds.deployment, wanted);
  if (live === undefined) throw new TypeError("Expected the Deployment that was applied.");
  return follow(subject, live);
}

/**
 * The Deployment, with new pods where their account was made anew after it: the tokens of running pods name the account
 * that is gone, so that neither Vault nor the egress proxy lets them in.
 */
export function withAccount(
  wanted: Deployment,
  account: ServiceAccount | undefined,
  live: Deployment | undefined,
): Deployment {
  const born = (object: KubernetesObject | undefined) => Date.parse(object?.metadata.creationTimestamp ?? "");
  if (wanted.spec === undefined || account?.metadata.uid === undefined || !(born(account) > born(live)))
    return wanted;
  const { template } = wanted.spec;
  const annotations = { ...template.metadata?.annotations, [accountAnnotation]: account.metadata.uid };
  const metadata = { ...template.metadata, annotations };
  return { ...wanted, spec: { ...wanted.spec, template: { ...template, metadata } } };
}

/** On the pod template: the uid of the account, where it is newer than the Deployment. */
const accountAnnotation = "dotmac.io/account-uid";

/** The names by which the gateway and others in the cluster know the runtime. */
export function serviceNames(namespace: string): string[] {
  return [`runtime.${namespace}.svc.cluster.local`, `runtime.${namespace}.svc`];
}

async function follow(subject: Subject, live: Deployment): Promise<Outcome> {
  const { ready, updated, wanted, finished, stuck } = rollout(live);
  subject.found.runtime = { image: imageOf(live), replicas: wanted, readyReplicas: ready };
  if (finished) return done;
  const now = subject.world.clock.now();
  const trouble = podTrouble(await componentPods(subject, "runtime"), now) ?? podRefusal(live, now);
  const reason = trouble?.reason ?? (stuck ? "RolloutStuck" : "RollingOut");
  const message =
    `${updated} of ${wanted} pods are up to date, ${ready} serve${serving(live)}. ${trouble ? `${trouble.message}.` : ""}`.trim();
  if (stuck) return stalled(reason, message);
  return trouble?.lasting ? stalledFor(reason, message, 30_000) : waiting(reason, message, 5_000);
}

function serving(live: Deployment): string {
  const ready = live.status?.readyReplicas ?? 0;
  const updated = live.status?.updatedReplicas ?? 0;
  const old = (live.status?.replicas ?? 0) - updated;
  return old > 0 && ready > 0 ? ", those of the version before included" : "";
}

function imageOf(live: Deployment): string {
  return ownContainer(live.spec?.template.spec?.containers)?.image ?? "";
}
