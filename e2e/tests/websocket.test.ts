import { once } from "node:events";
import { Agent } from "node:https";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { WebSocket } from "ws";
import { cluster } from "./testing/live-cluster.ts";
import {
  type Administrator,
  administrator,
  createCustomer,
  type SampleTenant,
} from "./testing/sample-tenant.ts";
import { sharedTenants } from "./testing/shared-tenants.ts";

describe.runIf(cluster.outside)("a client of the live events, through the gateway", () => {
  let tenant: SampleTenant;
  let staff: Administrator;

  beforeAll(async () => {
    ({ north: tenant } = await sharedTenants());
    staff = await administrator(tenant);
  });
  afterAll(() => staff?.[Symbol.asyncDispose]());

  it("can connect by the rules of RFC 6455, and gets the event of a new customer", async () => {
    const { host, address, port, ca } = tenant.endpoint;
    const socket = new WebSocket(`wss://${address}:${port}/api/v1/ws`, [], {
      agent: new Agent({ ca, servername: host }),
      headers: { Host: host, Authorization: `Bearer ${staff.token}` },
    });
    try {
      await once(socket, "open");
      const hear = async () => JSON.parse(String((await once(socket, "message"))[0]));
      const subscribed = hear();
      socket.send(JSON.stringify({ type: "subscribe", topics: ["customers"] }));
      expect(await subscribed).toMatchObject({ type: "subscribed" });
      const event = hear();
      const id = await createCustomer(staff);
      expect(await event).toMatchObject({
        type: "event",
        topic: "customers",
        event: { type: "customer.created", entity: { type: "customer", id } },
      });
    } finally {
      socket.terminate();
    }
  });
});
