import { applyObjects } from "../kubernetes/apply-objects.ts";
import type { Kubectl } from "../kubernetes/kubectl.ts";

/** The namespace of the platform and the operator. */
export const platformNamespace = "dotmac-system";

/** Creates the namespace. It admits only pods of Pod Security's level `restricted`. */
export async function ensureNamespace(kubectl: Kubectl): Promise<void> {
  const labels = Object.fromEntries(
    ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
  );
  const metadata = { name: platformNamespace, labels };
  await applyObjects(kubectl, [JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata })]);
}
