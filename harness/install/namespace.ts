import { applyObjects } from "../kubernetes/apply-objects.ts";
import type { Kubectl } from "../kubernetes/kubectl.ts";

/** Where the platform and the operator live. */
export const platformNamespace = "dotmac-system";

/** Makes the namespace, closed to pods that want more than Pod Security's `restricted`. */
export async function ensureNamespace(kubectl: Kubectl): Promise<void> {
  const labels = Object.fromEntries(
    ["enforce", "audit", "warn"].map((mode) => [`pod-security.kubernetes.io/${mode}`, "restricted"]),
  );
  const metadata = { name: platformNamespace, labels };
  await applyObjects(kubectl, [JSON.stringify({ apiVersion: "v1", kind: "Namespace", metadata })]);
}
