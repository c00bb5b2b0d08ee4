import { describe, expect, it } from "vitest";
import { containersOf, workloads } from "./objects.ts";
import { chartObjects, renderOperator, renderPlatform } from "./rendered.ts";

const digest = `sha256:${"0123456789abcdef".repeat(4)}`;

describe("a digest", () => {
  it("follows the tag in the images of the operator and the egress proxy", async () => {
    const images = imagesOf(await renderOperator(`image.digest=${digest}`));
    expect(new Set(images)).toEqual(new Set([`ghcr.io/dotmac/operator:0.1.0@${digest}`]));
    expect(images).toHaveLength(2);
  });

  it("follows the tag in the image that the operator gives to tenants", async () => {
    const image = `registry.example/dotmac/tenant-runtime:1.4.2@${digest}`;
    const [settings] = (await renderOperator(`config.runtime.image=${image}`)).filter(
      ({ kind, metadata }) => kind === "ConfigMap" && metadata.name === "dotmac-operator",
    );
    expect(settings?.data?.["config.yaml"]).toContain(`image: ${image}\n`);
  });

  it.each(["edge", "front", "pgbouncer", "postgres", "redis", "vault"])(
    "follows the tag in the image of %s",
    async (service) => {
      for (const image of [`registry.example/x:1@${digest}`, `registry.example/x@${digest}`])
        expect(imagesOf(await renderPlatform(`${service}.image=${image}`))).toContain(image);
    },
  );

  it.each([
    ["the operator's, too short", renderOperator, "image.digest=sha256:12", "at '/image/digest'"],
    ["the operator's, of another kind", renderOperator, "image.digest=md5:12", "at '/image/digest'"],
    ["the platform's, too short", renderPlatform, "redis.image=x:1@sha256:12", "at '/redis/image'"],
    ["of an image without tag or digest", renderPlatform, "vault.image=openbao", "at '/vault/image'"],
    [
      "of latest",
      renderPlatform,
      "postgres.image=docker.io/library/postgres:latest",
      "postgres.image is docker.io/library/postgres:latest, whose content changes under the same name: name a version, or add the digest",
    ],
    [
      "of latest, before a shared server",
      renderPlatform,
      "front.image=x:latest",
      "front.image is x:latest, whose content changes under the same name",
    ],
  ] as const)("is refused when it is malformed: %s", async (_what, render, setting, words) => {
    await expect(render(setting)).rejects.toThrow(words);
  });
});

it("every default image has a version", async () => {
  const images = imagesOf(await chartObjects());
  expect(images).toHaveLength(12);
  expect(images.filter((image) => !/:v?\d[\w.-]*(@sha256:[0-9a-f]{64})?$/.test(image))).toEqual([]);
});

function imagesOf(objects: Awaited<ReturnType<typeof chartObjects>>): string[] {
  return workloads(objects).flatMap(({ pod }) => containersOf(pod).map(({ image = "" }) => image));
}
