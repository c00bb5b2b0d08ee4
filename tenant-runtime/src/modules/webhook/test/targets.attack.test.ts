import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type {} from "../../../../../harness/services/vitest.ts";
import { administrator, agent, type Staff } from "../../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../../test/testing/database/query-schema.ts";
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
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
  await receivers?.[Symbol.asyncDispose]();
});

/** An endpoint that gets only test messages, and the answer that created it. */
async function create(url: string) {
  const answer = await admin.call("POST", "/webhook-endpoints", { url, events: ["user.password_reset"] });
  return { answer, path: `/webhook-endpoints/${answer.body.data?.id}` };
}

/** Sends a test message and returns its delivery after the first attempt. */
async function tried(path: string) {
  await admin.call("POST", `${path}/test`);
  const { body } = await until(
    () => admin.call("GET", `${path}/deliveries`),
    ({ body }) => body.data[0].attributes.lastError !== null || body.data[0].attributes.lastStatus !== null,
  );
  return body.data[0].attributes;
}

describe("an administrator of an ISP", () => {
  it.each([
    ["a service of the platform", () => "https://inside.example.com/", "OUTBOUND_NOT_ALLOWED"],
    ["the API server", () => "https://kubernetes.default.svc/", "OUTBOUND_NOT_ALLOWED"],
    ["a host that the Tenant does not list", () => receivers.unlisted.url, "OUTBOUND_NOT_ALLOWED"],
    ["this machine", () => "https://localhost/", "OUTBOUND_NOT_ALLOWED"],
  ])("cannot reach %s by an endpoint, and sees the code of the refusal", async (_target, url, code) => {
    const { path } = await create(url());
    expect(await tried(path)).toMatchObject({
      state: "waiting",
      lastStatus: null,
      lastError: code,
    });
    expect(receivers.unlisted.received).toEqual([]);
  });

  it.each([
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::1]:8443/",
    "https://0x7f.1/",
  ])("cannot name the address %s", async (url) => {
    const { answer } = await create(url);
    expect([answer.status, answer.body.error.details]).toEqual([
      422,
      [{ in: "body", field: "url", message: "write the name of the host instead of its address" }],
    ]);
  });

  it("sees nothing of an answer but its status", async () => {
    const { path } = await create(receiver.url);
    receiver.answer((response) => void response.writeHead(418, "secret reason").end("the receiver's secret"));
    expect(await tried(path)).toMatchObject({ lastStatus: 418, lastError: null });
    expect(JSON.stringify((await admin.call("GET", `${path}/deliveries`)).body)).not.toMatch(/secret/);
    receiver.answer(status(204));
  });

  it("never gets a stored secret again", async () => {
    const key = { "Idempotency-Key": randomUUID() };
    const body = { url: receiver.url };
    const created = await admin.call("POST", "/webhook-endpoints", body, key);
    expect(created.body.data.attributes.secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    const path = `/webhook-endpoints/${created.body.data.id}`;
    const repeated = await admin.call("POST", "/webhook-endpoints", body, key);
    expect([repeated.status, repeated.body.error.code]).toEqual([409, "IDEMPOTENCY_RESPONSE_LOST"]);
    const rotated = await admin.call("POST", `${path}/rotate-secret`);
    expect(rotated.body.data.attributes.secret).toMatch(/^whsec_/);
    expect(rotated.body.data.attributes.secret).not.toBe(created.body.data.attributes.secret);
    const answers = [
      await admin.call("GET", path),
      await admin.call("GET", "/webhook-endpoints"),
      await admin.call("PATCH", path, { description: "billing" }, { "If-Match": "*" }),
      await admin.call("POST", `${path}/test`),
      await admin.call("GET", `${path}/deliveries`),
    ];
    expect(answers.map((answer) => answer.status)).toEqual([200, 200, 200, 202, 200]);
    expect(JSON.stringify(answers.map((answer) => answer.body))).not.toMatch(
      /whsec_|secret_sealed|"secret":/,
    );
    const [row] = await querySchema(
      tenant,
      `SELECT encode(secret_sealed, 'escape') || encode(previous_secret_sealed, 'escape') || encode(url_sealed, 'escape') AS text
         FROM webhook_endpoints WHERE id = '${created.body.data.id}'`,
    );
    expect(row.text).not.toMatch(/whsec_|hooks\.example/);
    expect(JSON.stringify(runtime.lines)).not.toContain("whsec_");
  });
});

describe("an agent", () => {
  it("may neither read nor change endpoints", async () => {
    const { path } = await create(receiver.url);
    const clerk = await agent(runtime, admin, "clerk@north.example");
    const calls: readonly [string, string, unknown?][] = [
      ["GET", "/webhook-endpoints"],
      ["GET", path],
      ["GET", `${path}/deliveries`],
      ["POST", "/webhook-endpoints", { url: receiver.url }],
      ["POST", `${path}/rotate-secret`],
      ["POST", `${path}/test`],
      ["POST", `${path}/replay-failed`, { since: "2026-01-31T12:00:00Z" }],
      ["POST", `${path}/deliveries/${randomUUID()}/replay`],
      ["DELETE", path],
    ];
    for (const [method, address, body] of calls)
      expect((await clerk.call(method, address, body)).status).toBe(403);
  });
});
