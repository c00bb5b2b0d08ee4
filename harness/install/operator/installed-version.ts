import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";

const annotation = "dotmac.io/checkout";
const deployment = [`--namespace=${platformNamespace}`, "deployment/dotmac-operator"];

/** Notes in the cluster from which checkout its operator was installed. */
export async function noteVersion(kubectl: Kubectl, version: string): Promise<void> {
  await kubectl(["annotate", ...deployment, "--overwrite", `${annotation}=${version}`]);
}

/** Says in one line whether the cluster runs this version. */
export async function describeVersion(kubectl: Kubectl, own: string): Promise<string> {
  const found = JSON.parse(
    (await kubectl(["get", ...deployment, "--ignore-not-found", "--output=json"])) || "{}",
  );
  const installed = found.metadata?.annotations?.[annotation];
  if (installed === own) return `${own}, as this checkout`;
  if (found.metadata === undefined) return "no operator is installed: make up";
  return `${installed ?? "not known"}, another than this checkout (${own}): make up installs it`;
}
