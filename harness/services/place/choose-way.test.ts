import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chooseWay, type Way } from "./choose-way.ts";
import { images } from "./images.ts";

function obstacles(found: Partial<Record<Way, string>>) {
  return { processes: async () => found.processes, containers: async () => found.containers };
}

describe("without TEST_SERVICES, the choice of servers", () => {
  it.each([
    ["processes where both work", {}, "processes"],
    ["containers where Debian's programs are missing", { processes: "no Debian" }, "containers"],
  ] as const)("is %s", async (_, found, way) => {
    expect(await chooseWay(undefined, obstacles(found))).toBe(way);
  });

  it("fails with the obstacle of each way", async () => {
    const none = obstacles({ processes: "no Debian", containers: "no engine" });
    await expect(chooseWay("", none)).rejects.toThrow(
      /TEST_SERVICES=processes: no Debian\.\s+TEST_SERVICES=containers: no engine\./,
    );
  });
});

describe("with TEST_SERVICES, the choice of servers", () => {
  it.each(["processes", "containers"] as const)("is %s by name", async (way) => {
    expect(await chooseWay(way, obstacles({}))).toBe(way);
  });

  it("has no fallback, and the error says why the way cannot be used", async () => {
    await expect(chooseWay("containers", obstacles({ containers: "no engine" }))).rejects.toThrow(
      "TEST_SERVICES=containers cannot be used here: no engine.",
    );
  });

  it("must be known, and the error lists the known ones", async () => {
    await expect(chooseWay("podman", obstacles({}))).rejects.toThrow(
      "TEST_SERVICES=podman is unknown; it can be processes, containers, or unset.",
    );
  });
});

const overridden = Object.keys(process.env).some((name) => name.startsWith("TEST_IMAGE_"));

it.runIf(!overridden)("runs the images of the platform's chart in containers", async () => {
  const chart = new URL("../../../charts/platform/values.yaml", import.meta.url);
  const values = parse(await readFile(chart, "utf8"));
  const { postgres18, pgbouncer, redis, edge, vault } = images;
  expect({ postgres18, pgbouncer, redis, edge, vault }).toEqual({
    postgres18: values.postgres.image,
    pgbouncer: values.pgbouncer.image,
    redis: values.redis.image,
    edge: values.edge.image,
    vault: values.vault.image,
  });
});
