import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { administrator } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
import { type MailReceivers, startMailReceivers } from "../../../../test/testing/mail/mail-receivers.ts";
import { settingsFor } from "../../../../test/testing/mail/mail-world.ts";
import { createTestTenant, type TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { until } from "../../../../test/testing/process/until.ts";
import { startRuntimeWithEgress } from "../../../../test/testing/webhooks/runtime-with-egress.ts";

let receivers: MailReceivers;
let tenant: TestTenant;
beforeAll(async () => {
  receivers = await startMailReceivers();
  tenant = await createTestTenant();
}, 180_000);
afterAll(async () => {
  await tenant?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

const inSchema = (text: string) => querySchema(tenant, text);
const received = (count: number) =>
  until(
    () => receivers.secure.received,
    ({ length }) => length >= count,
  );
const messageId = (source: string) => /^Message-ID: (.+)$/im.exec(source)?.[1];

describe("a pod that is killed after the mail server has got a message and before the result is recorded", () => {
  // Two processes start one after the other.
  it("has the message sent again by another pod, with the same Message-ID", {
    timeout: 180_000,
  }, async () => {
    receivers.secure.answer({ data: () => new Promise(() => {}) });
    {
      await using killed = await startRuntimeWithEgress(tenant, receivers);
      const admin = await administrator(killed, tenant);
      const set = await admin.call("PUT", "/mail-server", settingsFor(receivers.secure));
      expect(set.status).toBe(201);
      expect((await admin.call("POST", "/mail-server/test")).status).toBe(202);
      await received(1);
      killed.signal("SIGKILL");
      await killed.exited;
    }
    const claimed = await inSchema(
      "SELECT state, attempts, round(extract(epoch FROM due_at - last_attempt_at)) AS seconds FROM mail_messages",
    );
    expect(claimed).toMatchObject([{ state: "waiting", attempts: 1, seconds: "120" }]);
    const before = receivers.secure.received[0]?.source ?? "";

    receivers.secure.answer({});
    // Instead of waiting for the end of the time after which the attempt counts as lost.
    await inSchema("UPDATE mail_messages SET due_at = now()");
    await using _next = await startRuntimeWithEgress(tenant, receivers);
    const [again] = await received(1);
    expect(messageId(again?.source ?? "")).toBe(messageId(before));
    expect(messageId(before)).toMatch(/^<[0-9a-f-]{36}@north\.example>/);
    await until(
      () => inSchema("SELECT state, attempts FROM mail_messages"),
      ([row]) => row.state === "sent" && row.attempts === 2,
    );
  });
});
