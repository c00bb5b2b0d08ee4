import { readdirSync } from "node:fs";
import { join } from "node:path";
import { moduleKey } from "../binaries/binary-directory.ts";
import { contentHash } from "../content-hash.ts";

/** What the native cluster is made of besides its own folder. */
const shared = [
  "../services/authority.ts",
  "audit-policy.ts",
  "certificate-files.ts",
  "images/static",
  "manifests/coredns.yaml",
  "manifests/kube-network-policies.yaml",
  "manifests/storage-class.yaml",
  "outside-listener.ts",
  "platform-ca.ts",
];

/** Equal for two checkouts whose clusters would be the same. */
export function clusterVersion(): string {
  const root = join(import.meta.dirname, "..");
  const files = readdirSync(join(root, "native"))
    .filter((name) => !name.endsWith(".test.ts"))
    .map((name) => `native/${name}`);
  return contentHash(root, [...files, ...shared], moduleKey("kubernetes"));
}
