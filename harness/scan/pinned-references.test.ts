import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { describe, expect, it } from "vitest";
import { checkout } from "../machine/directories.ts";

const { stdout } = await execa("git", ["ls-files", "--cached", "--others", "--exclude-standard"], {
  cwd: checkout,
});
const files = stdout.split("\n");
const read = (path: string) => readFile(join(checkout, path), "utf8");

describe("third-party images", () => {
  const sources = files.filter(
    (path) =>
      /(Dockerfile|\.ts|values\.yaml|manifests\/.*\.yaml)$/.test(path) &&
      !/\.test\.ts$|\/policies\//.test(path),
  );
  const name = /\b(?:docker\.io|ghcr\.io|gcr\.io|quay\.io|registry\.k8s\.io|kindest)\/[^\s"'`,}]+/g;

  it("have a version at each reference", async () => {
    const named = await Promise.all(
      sources.map(async (path) =>
        [...(await read(path)).matchAll(name)].map(([image]) => `${path}: ${image}`),
      ),
    );
    const images = named.flat();
    expect(images.length).toBeGreaterThan(12);
    const unpinned = images.filter(
      (image) => !/[\w]:(?!latest\b)[\w][\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image),
    );
    // The chart adds the tag and the digest.
    expect(unpinned).toEqual(["charts/operator/values.yaml: ghcr.io/dotmac/operator"]);
  });

  it("in a Dockerfile can be replaced by an image with a digest", async () => {
    const dockerfiles = files.filter((path) => path.endsWith("Dockerfile"));
    const starts = await Promise.all(
      dockerfiles.map(async (path) => [path, (await read(path)).match(/^FROM .+$/gm)] as const),
    );
    const fixed = starts.filter(([, from]) =>
      from?.some((line) => !/^FROM (\$\{BASE\}|scratch)( AS \w+)?$/.test(line)),
    );
    expect(fixed).toEqual([]);
  });
});

describe("npm packages", () => {
  it.each(files.filter((path) => /(^|\/)package\.json$/.test(path)))(
    "have exact versions in %s",
    async (path) => {
      const { dependencies, devDependencies } = JSON.parse(await read(path));
      const versions = Object.entries({ ...dependencies, ...devDependencies } as Record<string, string>);
      expect(versions.filter(([, version]) => !/^\d+\.\d+\.\d+(-[\w.]+)?$/.test(version))).toEqual([]);
    },
  );
});

describe("Go modules", () => {
  it.each(files.filter((path) => path.endsWith("go.mod")))("have checksums beside %s", async (path) => {
    const sums = await read(path.replace(/go\.mod$/, "go.sum"));
    const wanted = [...(await read(path)).matchAll(/^\s+(\S+\.\S+\/\S+|\S+\.\S+) (v\S+)/gm)];
    const replaced = [...(await read(path)).matchAll(/^\s*(?:replace )?(\S+)(?: v\S+)? => /gm)].map(
      ([, from]) => from,
    );
    const unproven = wanted.filter(
      ([, module, version]) =>
        !replaced.includes(module) && !sums.includes(`${module} ${version}/go.mod h1:`),
    );
    expect(unproven.map(([, module, version]) => `${module} ${version}`)).toEqual([]);
    expect(wanted.length).toBeGreaterThan(5);
  });
});
