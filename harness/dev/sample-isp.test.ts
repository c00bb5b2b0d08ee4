import { expect, it } from "vitest";
import { sampleIsp, withDefaults } from "./sample-isp.ts";

it("fills in defaults inside of defaults, and keeps given values", () => {
  const schema = {
    properties: {
      sizes: { default: {}, properties: { cpu: { default: "100m" }, memory: { default: "192Mi" } } },
      quotas: { properties: { customers: { default: 1 } } },
      isPaused: { default: false },
    },
  };
  expect(withDefaults({ sizes: { cpu: "1" } }, schema)).toEqual({
    sizes: { cpu: "1", memory: "192Mi" },
    isPaused: false,
  });
  expect(withDefaults({}, schema)).toEqual({ sizes: { cpu: "100m", memory: "192Mi" }, isPaused: false });
});

it("gives the example with the defaults of its definition", async () => {
  const { tenant, plan } = await sampleIsp();
  expect(tenant.spec).toMatchObject({
    displayName: "North Fibre",
    suspended: false,
    deletionPolicy: "Retain",
  });
  expect(plan.spec.rateLimits).toMatchObject({ searchPerMinute: 60, apiPerMinutePerUser: 100 });
});
