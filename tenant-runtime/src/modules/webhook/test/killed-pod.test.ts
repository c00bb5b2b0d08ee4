import { Webhook } from "standardwebhooks";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { administrator } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { type Receiver, status } from "../../../../test/testing/webhooks/receiver.ts";
import { type ReceiverWorld, startReceivers } from "../../../../test/testing/webhooks/receivers.ts";
import { startRuntimeWithEgress } from "../../../../test/testing/webhooks/runtime-with-egress.ts";

let receivers: ReceiverWorld;
let tenant: TestTenant;
let receiver: Receiver;
beforeAll(async () => {
  receivers = await startReceivers(1);
  tenant = await createTestTenant();
  [receiver] = receivers.receivers as [Receiver];
});
afterAll(async () => {
  await tenant?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

const inSchema = (text: string) => querySchema(tenant, text);
const received = (count: number) =>
  until(
    () => receiver.received,
    ({ length }) => length >= count,
  );

describe("a pod that is killed after it has sent a message and before it has recorded the result", () => {
  // Two processes start one after the other.
  it("has the message sent again by another pod, with the same id", { timeout: 180_000 }, async () => {
    receiver.answer(() => {});
    let secret = "";
    {
      await using killed = await startRuntimeWithEgress(tenant, receivers);
      const admin = await administrator(killed, tenant);
      const wanted = { url: receiver.url, events: ["customer.created"] };
      const created = await admin.call("POST", "/webhook-endpoints", wanted);
      ({ secret } = created.body.data.attributes);
      await admin.call("POST", "/customers", { type: "person", name: "Ann" });
      await received(1);
      killed.signal("SIGKILL");
      await killed.exited;
    }
    const claimed = await inSchema(
      `SELECT state, attempts, round(extract(epoch FROM due_at - last_attempt_at)) AS seconds FROM webhook_deliveries`,
    );
    expect(claimed).toMatchObject([{ state: "waiting", attempts: 1, seconds: "60" }]);
    const [{ headers: before }] = receiver.received as [(typeof receiver.received)[0]];

    receiver.answer(status(200));
    // Instead of waiting for the end of the time after which the attempt counts as lost.
    await inSchema("UPDATE webhook_deliveries SET due_at = now()");
    await using _next = await startRuntimeWithEgress(tenant, receivers);
    const [again] = await received(1);
    expect(again?.headers["webhook-id"]).toBe(before["webhook-id"]);
    const verified = new Webhook(secret).verify(again?.body ?? "", again?.headers as Record<string, string>);
    expect(verified).toMatchObject({ type: "customer.created" });
    await until(
      () => inSchema("SELECT state, attempts FROM webhook_deliveries"),
      ([row]) => row.state === "succeeded" && row.attempts === 2,
    );
  });
});
