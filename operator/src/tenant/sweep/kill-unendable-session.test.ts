import { afterAll, beforeAll, expect, inject, it } from "vitest";
import type {} from "../../../../harness/services/vitest.ts";
import type { Cluster } from "../../kubernetes/apply/cluster.ts";
import type { NewEvent } from "../../kubernetes/loop/events.ts";
import { ManualClock } from "../../kubernetes/testing/manual-clock.ts";
import { namesOf } from "../model/blueprint.ts";
import type { Tenant } from "../model/kinds.ts";
import { type PlatformDatabase, platformDatabase } from "../testing/database/platform-database.ts";
import { sampleTenant } from "../testing/sample-blueprint.ts";
import { killUnendableSession } from "./kill-unendable-session.ts";

let platform: PlatformDatabase;
beforeAll(async () => {
  platform = await platformDatabase(inject("postgres18"));
});
afterAll(() => platform?.[Symbol.asyncDispose]());

const north = sampleTenant();
const south: Tenant = {
  ...sampleTenant({ adoptFrom: "aaaaaaaaaa" }),
  metadata: { ...north.metadata, name: "south" },
};

it.each([
  ["of the tenant of the killed session", namesOf(south).roles.appB, ["south"]],
  ["of none without a killed session", undefined, []],
  ["of none for a login whose Tenant is gone", "t_ccccccccca_app_a", []],
])("new credentials are requested %s", async (_, killed, expected) => {
  const annotated: unknown[] = [];
  const published: NewEvent[] = [];
  const world = {
    postgres: platform.postgres,
    clock: new ManualClock(),
    cluster: {
      annotate: async (_kind: unknown, live: { metadata: { name: string } }, annotation: string) => {
        annotated.push([live.metadata.name, annotation]);
        return live;
      },
    } as unknown as Cluster,
    events: { publish: (event: NewEvent) => void published.push(event) },
  };
  expect(await killUnendableSession(async () => killed, [north, south], world)).toBe(killed);
  expect(annotated).toEqual(expected.map((name) => [name, "dotmac.io/rotate-credentials"]));
  expect(published.map(({ regarding, reason }) => [regarding.metadata.name, reason])).toEqual(
    expected.map((name) => [name, "SessionKilled"]),
  );
});
