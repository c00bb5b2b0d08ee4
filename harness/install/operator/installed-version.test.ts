import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { cachedBinary } from "../../binaries/cached-binary.ts";
import { clusterKubectl, type Kubectl } from "../../kubernetes/kubectl.ts";
import { type Kubernetes, startKubernetes } from "../../services/kubernetes.ts";
import { checkoutVersion } from "./checkout-version.ts";
import { describeVersion, noteVersion } from "./installed-version.ts";

describe("the version that a cluster runs", () => {
  let server: Kubernetes;
  let kubectl: Kubectl;

  beforeAll(async () => {
    server = await startKubernetes();
    const toolPaths = [dirname(await cachedBinary("kubectl"))];
    kubectl = clusterKubectl({ kubeconfig: server.kubeconfigPath, toolPaths });
    await kubectl(["create", "namespace", "dotmac-system"]);
  }, 120_000);
  afterAll(() => server?.[Symbol.asyncDispose]());

  it("is printed in one line, with the command to run when it differs from the checkout's", async () => {
    expect(await describeVersion(kubectl, "b")).toBe("no operator is installed: make up");
    const create = ["create", "deployment", "dotmac-operator", "--namespace=dotmac-system", "--image=a:1"];
    await kubectl(create);
    expect(await describeVersion(kubectl, "b")).toBe(
      "unknown, which differs from this checkout (b): make up installs it",
    );
    await noteVersion(kubectl, "a");
    expect(await describeVersion(kubectl, "b")).toBe(
      "a, which differs from this checkout (b): make up installs it",
    );
    await noteVersion(kubectl, "b");
    expect(await describeVersion(kubectl, "b")).toBe("b, as this checkout");
  });
});

describe("the version of a checkout", () => {
  let root: string;

  beforeAll(async () => {
    root = await mkdtemp(join(tmpdir(), "checkout-"));
    const folders = ["charts", "crds", "contract", "operator/dist", "process", "tenant-runtime/node_modules"];
    for (const folder of folders) await mkdir(join(root, folder), { recursive: true });
    await writeFile(join(root, "package-lock.json"), "{}");
  });
  afterAll(() => rm(root, { recursive: true, force: true }));

  it.each(["contract/health-report.ts", "process/log.ts"])("changes with %s", async (file) => {
    const before = checkoutVersion(root);
    await writeFile(join(root, file), "export {};");
    expect(checkoutVersion(root)).not.toBe(before);
  });

  it("changes with the installed files, but not with generated ones", async () => {
    const before = checkoutVersion(root);
    await writeFile(join(root, "operator/dist/main.js"), "made");
    await writeFile(join(root, "tenant-runtime/node_modules/package.json"), "{}");
    expect(checkoutVersion(root)).toBe(before);
    await writeFile(join(root, "crds/tenant.yaml"), "kind: Tenant");
    expect(checkoutVersion(root)).not.toBe(before);
  });
});
