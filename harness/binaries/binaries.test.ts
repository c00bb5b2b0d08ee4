import { describe, expect, it } from "vitest";
import { binaryDirectory } from "./binary-directory.ts";
import { remaining } from "./build-binaries.ts";
import { allBuilds } from "./builds.ts";
import { cachedBinary } from "./cached-binary.ts";
import { isNewEnough } from "./go-command.ts";

describe("the folder of a module's executables", () => {
  it("is named by the module and a key, one per module", () => {
    const folders = (["kubernetes", "gateway", "vault"] as const).map((module) => binaryDirectory(module));
    expect(new Set(folders).size).toBe(3);
    expect(folders[0]).toMatch(/\/dotmac\/binaries\/kubernetes-[0-9a-f]{16}$/);
  });
});

it("lists the known programs when a program has no build", async () => {
  await expect(cachedBinary("kubeadm")).rejects.toThrow(/No build gives "kubeadm"; there are kube, etcd, /);
});

it("gives every program exactly one build", () => {
  const names = allBuilds.flatMap(({ outputs, links = [] }) => [...outputs, ...links]);
  expect(new Set(names).size).toBe(names.length);
});

describe("the progress of a build", () => {
  const [build] = allBuilds;
  if (build === undefined) throw new Error("There is no build.");

  it("follows the measured time first and the finished share later", () => {
    expect(remaining(0, 2000, 10, build)).toBe("0 of 2,000 packages, about 7 min left");
    expect(remaining(1900, 2000, 95, build)).toBe("1,900 of 2,000 packages, about 21 s left");
  });

  it("says that it links once all packages are compiled", () => {
    expect(remaining(2000, 2000, 300, build)).toBe("linking, about 20 s");
  });
});

describe("the machine's Go", () => {
  it.each(["go1.21.0", "go1.30", "go2.0.1"])("is used when it is %s", (version) => {
    expect(isNewEnough(version)).toBe(true);
  });

  it.each(["go1.20.14", "go1.9", "devel", ""])("is not used when it is %s", (version) => {
    expect(isNewEnough(version)).toBe(false);
  });
});
