import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { administrator, agent, type Staff } from "../../../../test/testing/clients/staff.ts";
import type { RuntimeProcess } from "../../../../test/testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { type Receiver, status } from "../../../../test/testing/webhooks/receiver.ts";
import { type ReceiverWorld, startReceivers } from "../../../../test/testing/webhooks/receivers.ts";
import { startRuntimeWithEgress } from "../../../../test/testing/webhooks/runtime-with-egress.ts";

let receivers: ReceiverWorld;
let receiver: Receiver;
let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
beforeAll(async () => {
  receivers = await startReceivers(1);
  [receiver] = receivers.receivers as [Receiver];
  tenant = await createTestTenant();
  runtime = await startRuntimeWithEgress(tenant, receivers);
  admin = await administrator(runtime, tenant);
}, 180_000);
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

describe("an endpoint that the runtime disables", () => {
  it("is told to the administrators by mail, and to no agent", async () => {
    await agent(runtime, admin, "clerk@north.example");
    receiver.answer(status(410));
    const created = await admin.call("POST", "/webhook-endpoints", {
      url: receiver.url,
      events: ["user.password_reset"],
    });
    const { id } = created.body.data;
    await admin.call("POST", `/webhook-endpoints/${id}/test`);
    const { body } = await until(
      () => admin.call("GET", "/mail-messages?reason=webhook_endpoint.disabled"),
      (answer) => answer.body.data.length > 0,
    );
    expect(body.data.map(({ attributes }: { attributes: object }) => attributes)).toEqual([
      expect.objectContaining({
        template: "webhooks.endpoint_disabled",
        recipient: "admin@north.example",
        reason: { type: "webhook_endpoint.disabled", entity: id },
        state: "waiting",
        attempts: 0,
        language: null,
      }),
    ]);
    const endpoint = await admin.call("GET", `/webhook-endpoints/${id}`);
    expect(endpoint.body.data.attributes).toMatchObject({ enabled: false, disabledReason: "gone" });
  });
});
