import type { Kubectl } from "../../kubernetes/kubectl.ts";
import { platformNamespace } from "../namespace.ts";

const annotation = "dotmac.io/checkout";
const deployment = [`--namespace=${platformNamespace}`, "deployment/dotmac-operator"];

/** Records in the cluster the checkout of its operator. */
export async function noteVersion(kubectl: Kubectl, version: string): Promise<void> {
  await kubectl(["annotate", ...deployment, "--overwrite", `${annotation}=${version}`]);
}

/** Describes in one line whether the cluster runs this version. */
export async function describeVersion(kubectl: Kubectl, own: string): Promise<string> {
  const found = JSON.parse(
    (await kubectl(["get", ...deployment, "--ignore-not-found", "--output=json"])) || "{}",
  );
  const installed = found.metadata?.annotations?.[annotation];
  if (installed === own) return `${own}, as this checkout`;
  if (found.metadata === undefined) return "no operator is installed: make up";
  return `${installed ?? "unknown"}, which differs from this checkout (${own}): make up installs it`;
}
