import type { Kubectl } from "./kubectl.ts";

/** Applies YAML or JSON documents as the harness. Objects without a difference are not written. */
export async function applyObjects(kubectl: Kubectl, documents: readonly string[]): Promise<void> {
  const options = ["--server-side", "--force-conflicts", "--field-manager=dotmac-harness", "--filename=-"];
  await kubectl(["apply", ...options], documents.join("\n---\n"));
}
