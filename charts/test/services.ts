import type { TestProject } from "vitest/node";
import { ApiServer } from "../../crds/test/api-server.ts";
import { untilServed } from "../../crds/test/until-served.ts";
import { type KubernetesConnection, startKubernetes } from "../../harness/services/kubernetes.ts";
import type {} from "../../harness/services/vitest.ts";
import { crdsChart, operatorChart, requiredSetting, run } from "./program.ts";
import { untilEnforced } from "./until-enforced.ts";

/** One API server into which Helm has installed both charts, as a user would. */
export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  await using servers = new AsyncDisposableStack();
  const { url, ca, adminToken, kubeconfigPath } = servers.use(await startKubernetes());
  const connection: KubernetesConnection = { url, ca, adminToken, kubeconfigPath };
  const install = (release: string, chart: string, ...settings: string[]) =>
    run("helm", ["install", release, chart, "--namespace=dotmac-system", "--create-namespace", ...settings], {
      kubeconfig: kubeconfigPath,
    });
  await install("dotmac-crds", crdsChart);
  await using admin = new ApiServer(connection, { token: adminToken });
  for (const plural of ["tenants", "tenantplans", "hostclaims"])
    await untilServed(admin, `${plural}.dotmac.io`);
  await install("dotmac", operatorChart, "--set", requiredSetting);
  await untilEnforced(admin, connection);
  project.provide("kubernetes", connection);
  const running = servers.move();
  return () => running.disposeAsync();
}
