import { ApiServer } from "../../crds/test/api-server.ts";
import { untilServed } from "../../crds/test/until-served.ts";
import { type Kubernetes, startKubernetes } from "../../harness/services/kubernetes.ts";
import { crdsChart, operatorChart, requiredSetting, run } from "./program.ts";
import { untilEnforced } from "./until-enforced.ts";

/** The labels and annotations that Tenants may choose. */
const tenantsKeys = [
  "config.tenantMetadata.namespace.labels={team}",
  "config.tenantMetadata.namespace.annotations={example.com/}",
  "config.tenantMetadata.pods.labels={team}",
  "config.tenantMetadata.pods.annotations={example.com/}",
];

/** An API server into which Helm has installed both charts, as a user would, and which enforces their policies. */
export async function startWithCharts(): Promise<Kubernetes> {
  await using opened = new AsyncDisposableStack();
  const kubernetes = opened.use(await startKubernetes());
  const install = (release: string, chart: string, ...settings: string[]) =>
    run("helm", ["install", release, chart, "--namespace=dotmac-system", "--create-namespace", ...settings], {
      kubeconfig: kubernetes.kubeconfigPath,
    });
  await install("dotmac-crds", crdsChart);
  await using admin = new ApiServer(kubernetes, { token: kubernetes.adminToken });
  for (const plural of ["tenants", "tenantplans", "hostclaims", "retainedtenants"])
    await untilServed(admin, `${plural}.dotmac.io`);
  const settings = [requiredSetting, ...tenantsKeys].flatMap((setting) => ["--set", setting]);
  await install("dotmac", operatorChart, ...settings);
  await untilEnforced(admin, kubernetes);
  opened.move();
  return kubernetes;
}
