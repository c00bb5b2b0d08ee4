import { describe, expect, it } from "vitest";
import { IspClient } from "../../harness/demo/isp-client.ts";
import { sampleTenant } from "./testing/sample-tenant.ts";

describe("an attacker who guesses passwords", () => {
  it("is counted by the address that the gateway sees, independent of forwarding headers", async () => {
    await using tenant = await sampleTenant("guessed");
    await using client = new IspClient(tenant.endpoint);
    await client.served();
    const statuses: number[] = [];
    for (let attempt = 1; attempt <= 6; attempt += 1) {
      const { status } = await client.call("POST", "/auth/login", {
        body: { email: `admin@${tenant.host}`, password: "a guess of many" },
        headers: { "x-forwarded-for": `198.51.100.${attempt}` },
      });
      statuses.push(status);
    }
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  });
});
