import { join } from "node:path";
import { installRelease } from "../../kubernetes/install-release.ts";
import { clusterKubectl } from "../../kubernetes/kubectl.ts";
import type { RunningCluster } from "../../kubernetes/provider.ts";
import { checkout } from "../../machine/directories.ts";
import type { Progress } from "../../machine/progress.ts";
import { platformNamespace } from "../namespace.ts";
import { checkoutVersion } from "./checkout-version.ts";
import { noteVersion } from "./installed-version.ts";
import type { OperatorImages } from "./operator-images.ts";

/** Installs the resource definitions and the operator from their charts, and waits until its two programs serve. */
export async function installOperator(
  cluster: RunningCluster,
  images: OperatorImages,
  progress: Progress,
): Promise<void> {
  const kubectl = clusterKubectl(cluster);
  progress("installing the resource definitions");
  await release(cluster, "crds", {});
  const definitions = ["tenants", "tenantplans", "hostclaims", "retainedtenants"].map(
    (plural) => `crd/${plural}.dotmac.io`,
  );
  await kubectl(["wait", "--for=condition=Established", "--timeout=60s", ...definitions]);
  progress("installing the operator");
  await release(cluster, "operator", operatorValues(images, cluster));
  progress("waiting for the operator and the egress proxy");
  const status = [`--namespace=${platformNamespace}`, "rollout", "status", "--timeout=120s"];
  const deployments = ["deployment/dotmac-operator", "deployment/egress-proxy"];
  await Promise.all(deployments.map((deployment) => kubectl([...status, deployment])));
  await noteVersion(kubectl, checkoutVersion());
}

async function release(cluster: RunningCluster, name: string, values: object): Promise<void> {
  const chart = join(checkout, "charts", name);
  await installRelease(cluster, { name: `dotmac-${name}`, namespace: platformNamespace, chart, values });
}

function operatorValues(
  { operator, runtime, schemaVersion }: OperatorImages,
  { outside }: Pick<RunningCluster, "outside">,
) {
  const separator = operator.lastIndexOf(":");
  return {
    image: { repository: operator.slice(0, separator), tag: operator.slice(separator + 1) },
    egress: { config: { standsForInternet: outside ? [`${outside.address}/32`] : [] } },
    config: { runtime: { image: runtime, schemaVersion }, route: { className: "skipper" } },
    // Only tenants use this gateway.
    admission: { gatewayNamespaces: [], platformDomains: ["isp.test"] },
  };
}
