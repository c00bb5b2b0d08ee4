import { randomUUID } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOnServers } from "../../contract/tenant-ids.ts";
import type {} from "../../harness/services/vitest.ts";
import type { OpenApiDocument } from "../src/http/openapi/openapi.ts";
import { type ServedTenant, serveTenant } from "./testing/clients/serve-tenant.ts";
import { agent, anonymous, chosenPassword, type Staff } from "./testing/clients/staff.ts";
import { querySchema } from "./testing/database/query-schema.ts";
import { deliveryReport } from "./testing/mail/delivery-report.ts";
import { settingsFor } from "./testing/mail/mail-world.ts";
import type { RuntimeProcess } from "./testing/process/runtime-process.ts";
import type { TestTenant } from "./testing/process/test-tenant.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let document: OpenApiDocument;
let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
  document = (await anonymous(runtime)("GET", "/openapi.json")).body;
  await keepMarks();
});
afterAll(() => served?.[Symbol.asyncDispose]());

const inSchema = (text: string, values?: readonly unknown[]) => querySchema(tenant, text, values);

/** Keeps each key in the state that a transaction has marked, because the answer soon replaces the mark. */
const keepMarks = () =>
  inSchema(`
    CREATE TABLE marks (key text);
    GRANT INSERT ON marks TO ${namesOnServers(tenant.id).readWriteRole};
    CREATE FUNCTION keep_mark() RETURNS trigger LANGUAGE plpgsql AS
      $$ BEGIN INSERT INTO marks VALUES (NEW.key); RETURN NEW; END $$;
    CREATE TRIGGER marks AFTER UPDATE ON idempotency_keys
      FOR EACH ROW WHEN (NEW.state = 'committed') EXECUTE FUNCTION keep_mark();`);

interface Trial {
  readonly as: Staff;
  readonly path: string;
  readonly body?: unknown;
  readonly headers?: Readonly<Record<string, string>>;
}

const clerk = () => agent(runtime, admin, `clerk-${randomUUID()}@north.example`);

const table = {
  path: "/customers/imports",
  body: "type,name\nperson,Ann\n",
  headers: { "Content-Type": "text/csv" },
};

const receiver = { url: "https://example.com/webhooks" };

/** The path of a new endpoint. */
const webhookEndpoint = async () => {
  const { body } = await admin.call("POST", "/webhook-endpoints", receiver);
  return `/webhook-endpoints/${body.data.id}`;
};

/** One successful request for each operation. */
const trials: Readonly<Record<string, () => Promise<Trial>>> = {
  logout: async () => ({ as: await clerk(), path: "/auth/logout" }),
  changeOwnPassword: async () => ({
    as: await clerk(),
    path: "/auth/password",
    body: { currentPassword: chosenPassword, newPassword: "another quiet river" },
  }),
  createUser: async () => ({
    as: admin,
    path: "/users",
    body: { email: "new@north.example", role: "agent" },
  }),
  resetUserPassword: async () => ({ as: admin, path: `/users/${(await clerk()).userId}/password-reset` }),
  createCustomersInBulk: async () => ({
    as: admin,
    path: "/customers/bulk",
    body: { items: [{ type: "person", name: "Ann" }] },
  }),
  importCustomers: async () => ({ as: admin, ...table }),
  cancelOperation: async () => {
    const [{ id }] = await inSchema(
      `INSERT INTO operations (id, kind, state, created_by, expires_at)
       VALUES (gen_random_uuid(), 'test.held', 'waiting', 'test', now() + interval '1 day') RETURNING id`,
    );
    return { as: admin, path: `/operations/${id}/cancellation` };
  },
  repeatJob: async () => {
    const [{ id }] = await inSchema(
      `INSERT INTO jobs (id, kind, input, failed_at) VALUES (gen_random_uuid(), 'test.held', '{}', now()) RETURNING id`,
    );
    return { as: admin, path: `/jobs/${id}/repetition` };
  },
  createWebhookEndpoint: async () => ({ as: admin, path: "/webhook-endpoints", body: receiver }),
  rotateWebhookSecret: async () => ({ as: admin, path: `${await webhookEndpoint()}/rotate-secret` }),
  testWebhookEndpoint: async () => ({ as: admin, path: `${await webhookEndpoint()}/test` }),
  replayWebhookDelivery: async () => {
    const endpoint = await webhookEndpoint();
    const [{ id }] = await inSchema(
      `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, finished_at)
       VALUES (gen_random_uuid(), $1, 'customer.created', now(), '{}', 'failed', now()) RETURNING id`,
      [endpoint.replace("/webhook-endpoints/", "")],
    );
    return { as: admin, path: `${endpoint}/deliveries/${id}/replay` };
  },
  replayFailedWebhookDeliveries: async () => ({
    as: admin,
    path: `${await webhookEndpoint()}/replay-failed`,
    body: { since: "2026-01-31T12:00:00Z" },
  }),
  testMailServer: async () => {
    await admin.call("PUT", "/mail-server", settingsFor({ host: "smtp.example.com", port: 465 }));
    return { as: admin, path: "/mail-server/test" };
  },
  createMailSuppression: async () => ({
    as: admin,
    path: "/mail-suppressions",
    body: { address: "ann@example.com" },
  }),
  receiveMailBounce: async () => {
    const { body } = await admin.call("POST", "/mail-server/test");
    const report = deliveryReport({ returned: `<${body.data.id}@north.example>` });
    return { as: admin, path: "/mail-bounces", body: report, headers: { "Content-Type": "message/rfc822" } };
  },
  createCustomer: async () => ({ as: admin, path: "/customers", body: { type: "person", name: "Ann" } }),
};

describe("every operation that takes an Idempotency-Key", () => {
  it("is tried here", () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const keyed = operations.filter(({ parameters }) =>
      parameters.some((parameter) => "name" in parameter && parameter.name === "Idempotency-Key"),
    );
    expect(keyed.map(({ operationId }) => operationId).sort()).toEqual(Object.keys(trials).sort());
  });

  it.each(Object.entries(trials))(
    "marks it in the transaction of its change: %s",
    async (_operation, trial) => {
      const { as, path, body, headers } = await trial();
      const key = randomUUID();
      const { status } = await as.call("POST", path, body, { "Idempotency-Key": key, ...headers });
      expect(status).toBeLessThan(300);
      expect(await inSchema("SELECT key FROM marks WHERE key = $1", [key])).toEqual([{ key }]);
    },
  );
});
