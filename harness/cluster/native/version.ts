import { readdirSync } from "node:fs";
import { join } from "node:path";
import { moduleKey } from "../../binaries/binary-directory.ts";
import { contentHash } from "../../machine/content-hash.ts";

/** The sources of the native cluster outside of its own folder. */
const shared = [
  "authority/authority.ts",
  "authority/certificate-files.ts",
  "authority/platform-ca.ts",
  "images/static",
  "kubernetes/audit-policy.ts",
  "kubernetes/manifests/coredns.yaml",
  "kubernetes/manifests/kube-network-policies.yaml",
  "kubernetes/manifests/storage-class.yaml",
  "kubernetes/outside-listener.ts",
];

/** Equal for two checkouts that would create the same cluster. */
export function clusterVersion(): string {
  const root = join(import.meta.dirname, "../..");
  const files = readdirSync(import.meta.dirname, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .map((name) => `cluster/native/${name}`);
  return contentHash(root, [...files, ...shared], moduleKey("kubernetes"));
}
