import { readFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { parse } from "yaml";
import { chooseWay, type Way } from "./choose-way.ts";
import { images } from "./images.ts";

function obstacles(found: Partial<Record<Way, string>>) {
  return { processes: async () => found.processes, containers: async () => found.containers };
}

describe("without TEST_SERVICES", () => {
  it.each([
    ["processes where both can be gone", {}, "processes"],
    ["containers where Debian's programs are missing", { processes: "no Debian" }, "containers"],
  ] as const)("takes %s", async (_, found, way) => {
    expect(await chooseWay(undefined, obstacles(found))).toBe(way);
  });

  it("says of each way why it cannot be gone", async () => {
    const none = obstacles({ processes: "no Debian", containers: "no engine" });
    await expect(chooseWay("", none)).rejects.toThrow(
      /TEST_SERVICES=processes: no Debian\.\s+TEST_SERVICES=containers: no engine\./,
    );
  });
});

describe("with TEST_SERVICES", () => {
  it.each(["processes", "containers"] as const)("takes %s by name", async (way) => {
    expect(await chooseWay(way, obstacles({}))).toBe(way);
  });

  it("takes nothing else than what was asked for, and says why it cannot", async () => {
    await expect(chooseWay("containers", obstacles({ containers: "no engine" }))).rejects.toThrow(
      "TEST_SERVICES=containers cannot be used here: no engine.",
    );
  });

  it("names the choices for an unknown one", async () => {
    await expect(chooseWay("podman", obstacles({}))).rejects.toThrow(
      "TEST_SERVICES=podman is unknown; it can be processes, containers, or unset.",
    );
  });
});

const overridden = Object.keys(process.env).some((name) => name.startsWith("TEST_IMAGE_"));

it.runIf(!overridden)("runs in containers what the platform's chart runs in a cluster", async () => {
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
