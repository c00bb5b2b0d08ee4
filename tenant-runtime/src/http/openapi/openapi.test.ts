import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../harness/services/postgres.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { type ServedTenant, serveTenant } from "../../../test/testing/clients/serve-tenant.ts";
import {
  type AnyAnswer,
  anonymous,
  chosenPassword,
  type Staff,
  staff,
} from "../../../test/testing/clients/staff.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import { deliveryReport } from "../../../test/testing/mail/delivery-report.ts";
import { settingsFor } from "../../../test/testing/mail/mail-world.ts";
import type { RuntimeProcess } from "../../../test/testing/process/runtime-process.ts";
import type { TestTenant } from "../../../test/testing/process/test-tenant.ts";
import { until } from "../../../test/testing/process/until.ts";
import type { OpenApiDocument } from "./openapi.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let document: OpenApiDocument;

let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, runtime, admin } = served);
  const answer = await anonymous(runtime)("GET", "/openapi.json");
  expect(answer.status).toBe(200);
  document = answer.body;
});
afterAll(() => served?.[Symbol.asyncDispose]());

/** Inserts an operation that no worker takes, and returns its id. */
async function heldOperation(): Promise<string> {
  const { rows } = await withClient(tenant.database.superuser, (client) =>
    client.query(`INSERT INTO t_${tenant.id}.operations (id, kind, state, created_by, expires_at)
      VALUES (gen_random_uuid(), 'test.held', 'waiting', 'test', now() + interval '1 day') RETURNING id`),
  );
  return rows[0].id;
}

const ofCodes = { $ref: "#/components/schemas/ErrorCode" };

/** An answer of each operation on webhooks. */
async function webhookAnswers(): Promise<[string, string, AnyAnswer][]> {
  const url = "https://example.com/webhooks";
  const created = await admin.call("POST", "/webhook-endpoints", { url });
  const { id } = created.body.data;
  const own = `/webhook-endpoints/${id}`;
  const [delivery] = await querySchema(
    tenant,
    `INSERT INTO webhook_deliveries (id, endpoint_id, type, occurred_at, data, state, finished_at)
     VALUES (gen_random_uuid(), '${id}', 'customer.created', now(), '{}', 'failed', now()) RETURNING id`,
  );
  const replay = `${own}/deliveries/${delivery.id}/replay`;
  const since = { since: "2026-01-31T12:00:00Z" };
  const match = { "If-Match": "*" };
  const one = "/webhook-endpoints/{id}";
  return [
    ["post", "/webhook-endpoints", created],
    [
      "post",
      "/webhook-endpoints",
      await admin.call("POST", "/webhook-endpoints", { url: "http://x.example" }),
    ],
    ["get", "/webhook-endpoints", await admin.call("GET", "/webhook-endpoints")],
    ["get", one, await admin.call("GET", own)],
    ["patch", one, await admin.call("PATCH", own, { description: "billing" }, match)],
    ["post", `${one}/rotate-secret`, await admin.call("POST", `${own}/rotate-secret`)],
    ["post", `${one}/test`, await admin.call("POST", `${own}/test`)],
    ["get", `${one}/deliveries`, await admin.call("GET", `${own}/deliveries`)],
    ["post", `${one}/deliveries/{deliveryId}/replay`, await admin.call("POST", replay)],
    ["post", `${one}/deliveries/{deliveryId}/replay`, await admin.call("POST", replay)],
    ["post", `${one}/replay-failed`, await admin.call("POST", `${own}/replay-failed`, since)],
  ];
}

/** An answer of each operation on mail. */
async function mailAnswers(): Promise<[string, string, AnyAnswer][]> {
  const missing = await admin.call("GET", "/mail-server");
  const settings = settingsFor({ host: "smtp.example.com", port: 465 });
  const created = await admin.call("PUT", "/mail-server", settings);
  const replaced = await admin.call("PUT", "/mail-server", { ...settings, port: 587 });
  const stale = await admin.call("PUT", "/mail-server", settings, { "If-Match": '"0"' });
  const queued = await admin.call("POST", "/mail-server/test");
  const { id } = queued.body.data;
  const report = deliveryReport({ returned: `<${id}@north.example>` });
  const type = { "Content-Type": "message/rfc822" };
  const suppressed = await admin.call("POST", "/mail-suppressions", { address: "ann@example.com" });
  const own = `/mail-suppressions/${suppressed.body.data.id}`;
  return [
    ["get", "/mail-server", missing],
    ["put", "/mail-server", created],
    ["put", "/mail-server", replaced],
    ["put", "/mail-server", stale],
    ["get", "/mail-server", await admin.call("GET", "/mail-server")],
    ["post", "/mail-server/test", queued],
    ["get", "/mail-messages", await admin.call("GET", "/mail-messages")],
    ["get", "/mail-messages/{id}", await admin.call("GET", `/mail-messages/${id}`)],
    ["post", "/mail-bounces", await admin.call("POST", "/mail-bounces", report, type)],
    ["post", "/mail-bounces", await admin.call("POST", "/mail-bounces", "hello", type)],
    ["post", "/mail-suppressions", suppressed],
    ["get", "/mail-suppressions", await admin.call("GET", "/mail-suppressions")],
    ["get", "/mail-suppressions/{id}", await admin.call("GET", own)],
  ];
}

/** Inserts a job that was given up, and returns its address. */
async function deadJob(): Promise<string> {
  const { rows } = await withClient(tenant.database.superuser, (client) =>
    client.query(`INSERT INTO t_${tenant.id}.jobs (id, kind, input, failed_at)
      VALUES (gen_random_uuid(), 'test.held', '{}', now()) RETURNING id`),
  );
  return `/jobs/${rows[0].id}`;
}

const contentOf = (response: object): object => ("content" in response ? (response.content as object) : {});

const headersOf = (response: object): object => ("headers" in response ? (response.headers as object) : {});

/** The headers that the document mentions. */
const mentioned = [
  "Accept-Encoding",
  "Accept-Patch",
  "Content-Disposition",
  "ETag",
  "Idempotency-Replayed",
  "Location",
  "RateLimit-Limit",
  "RateLimit-Remaining",
  "RateLimit-Reset",
  "Retry-After",
  "WWW-Authenticate",
];

const person = {
  type: "person",
  name: "Inès Moreau",
  email: "ines@example.com",
  serviceAddress: { city: "Lyon" },
};

describe("the OpenAPI document", () => {
  it("is valid OpenAPI 3.1", async () => {
    const result = await new Validator().validate(structuredClone(document) as never);
    expect(result.errors).toBeUndefined();
    expect(result.valid).toBe(true);
    expect(document.openapi).toMatch(/^3\.1/);
  });

  it("names every operation once", () => {
    const operations = Object.values(document.paths).flatMap((path) => Object.values(path));
    const ids = operations.map(({ operationId }) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    expect(ids).toEqual(
      expect.arrayContaining(["login", "createCustomer", "updateUser", "retrieveOpenApiDocument"]),
    );
  });

  it("lists each address that the server answers, and no other", async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const address = path.replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91");
      const answer = await admin.call("TRACE", address);
      const allowed = String(answer.headers.allow).split(", ");
      const described = Object.keys(operations).map((method) => method.toUpperCase());
      const byItself = ["OPTIONS", ...(described.includes("GET") ? ["HEAD"] : [])];
      expect(allowed.sort(), path).toEqual([...described, ...byItself].sort());
    }
  });

  it("has a schema for each success that has a body", () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        if (operation.tags.includes("documentation")) continue;
        for (const [status, response] of Object.entries(operation.responses)) {
          expect("content" in response, `${operation.operationId} ${path} ${status}`).toBe(
            !["204", "304"].includes(status),
          );
        }
      }
    }
  });

  it("describes the answers that the server gives", async () => {
    const ask = anonymous(runtime);
    const created = await admin.call("POST", "/customers", person);
    const id = created.body.data.id;
    const user = await admin.call("POST", "/users", { email: "clerk@north.example", role: "agent" });
    const userId = user.body.data.id;
    const login = await ask("POST", "/auth/login", {
      email: "admin@north.example",
      password: chosenPassword,
    });
    const match = { "If-Match": "*" };
    const csv = { "Content-Type": "text/csv" };
    const started = await admin.call("POST", "/customers/imports", "type,name\nperson,Ann\n", csv);
    const operation = `/operations/${started.body.data.id}`;
    const ended = await until(
      () => admin.call("GET", operation),
      ({ body }) => body.data.attributes.finishedAt !== null,
    );
    const { oneTimePassword } = user.body.data.attributes;
    const clerk = staff(
      runtime,
      await ask("POST", "/auth/login", { email: "clerk@north.example", password: oneTimePassword }),
    );
    const passwords = { currentPassword: oneTimePassword, newPassword: chosenPassword };
    const job = await deadJob();
    const answers: [string, string, AnyAnswer][] = [
      ["get", "/audit-records", await admin.call("GET", "/audit-records")],
      ["get", "/audit-records", await admin.call("GET", "/audit-records?from=yesterday")],
      ["get", "/jobs", await admin.call("GET", "/jobs")],
      ["get", "/jobs/{id}", await admin.call("GET", job)],
      ["post", "/jobs/{id}/repetition", await admin.call("POST", `${job}/repetition`)],
      ["post", "/jobs/{id}/repetition", await admin.call("POST", `${job}/repetition`)],
      ["post", "/auth/password", await clerk.call("POST", "/auth/password", passwords)],
      ["post", "/customers", created],
      ["post", "/customers", await admin.call("POST", "/customers", { type: "alien" })],
      ["get", "/customers", await admin.call("GET", "/customers?limit=1")],
      ["get", "/customers", await admin.call("GET", "/customers?limit=none")],
      ["get", "/customers", await ask("GET", "/customers")],
      ["get", "/customers/{id}", await admin.call("GET", `/customers/${id}`)],
      ["get", "/customers/{id}", await admin.call("GET", "/customers/0190163d-8694-739b-aea5-966c26f8ad91")],
      [
        "patch",
        "/customers/{id}",
        await admin.call("PATCH", `/customers/${id}`, { status: "active" }, match),
      ],
      ["patch", "/customers/{id}", await admin.call("PATCH", `/customers/${id}`, { status: "active" })],
      [
        "put",
        "/customers/{id}",
        await admin.call("PUT", `/customers/${id}`, { ...person, status: "active" }, match),
      ],
      [
        "put",
        "/customers/{id}",
        await admin.call("PUT", `/customers/${id}`, { ...person, status: "active" }, { "If-Match": '"1"' }),
      ],
      ["delete", "/customers/{id}", await admin.call("DELETE", `/customers/${id}`)],
      ["post", "/users", user],
      ["get", "/users", await admin.call("GET", "/users?limit=1")],
      ["get", "/users/{id}", await admin.call("GET", `/users/${userId}`)],
      ["patch", "/users/{id}", await admin.call("PATCH", `/users/${userId}`, { name: "Clerk" }, match)],
      ["post", "/users/{id}/password-reset", await admin.call("POST", `/users/${userId}/password-reset`)],
      ["post", "/auth/login", login],
      ["post", "/auth/login", await ask("POST", "/auth/login", { email: "x@y.example", password: "wrong" })],
      [
        "post",
        "/auth/refresh",
        await ask("POST", "/auth/refresh", { refreshToken: login.body.data.attributes.refreshToken }),
      ],
      ["post", "/auth/refresh", await ask("POST", "/auth/refresh", { refreshToken: "made.up" })],
      ["post", "/customers/imports", started],
      ["post", "/customers/imports", await admin.call("POST", "/customers/imports", "type,name", csv)],
      ["post", "/customers/imports", await admin.call("POST", "/customers/imports", "name", csv)],
      ["get", "/operations", await admin.call("GET", "/operations")],
      ["get", "/operations/{id}", ended],
      ["post", "/operations/{id}/cancellation", await admin.call("POST", `${operation}/cancellation`)],
      [
        "post",
        "/customers/bulk",
        await admin.call("POST", "/customers/bulk", { items: [person, { ...person, email: "x@y.example" }] }),
      ],
      [
        "post",
        "/operations/{id}/cancellation",
        await admin.call("POST", `/operations/${await heldOperation()}/cancellation`),
      ],
      ...(await webhookAnswers()),
      ...(await mailAnswers()),
      ["get", "/auth/me", await admin.call("GET", "/auth/me")],
      [
        "post",
        "/auth/password",
        await admin.call("POST", "/auth/password", {
          currentPassword: "wrong",
          newPassword: "another quiet river",
        }),
      ],
    ];
    const ajv = new Ajv2020({ strict: false, allErrors: true });
    addFormats.default(ajv);
    ajv.addSchema(document, "api");
    for (const [method, path, { status, headers }] of answers) {
      const described = Object.keys(headersOf(document.paths[path]?.[method]?.responses[status] ?? {}));
      const sent = mentioned.filter((name) => headers[name.toLowerCase()] !== undefined);
      const place = `${method} ${path} ${status}`;
      expect(described, place).toEqual(expect.arrayContaining(sent));
      const always = described.filter((name) => ["ETag", "Location", "WWW-Authenticate"].includes(name));
      expect(sent, place).toEqual(expect.arrayContaining(always));
    }
    for (const [method, path, { status, body }] of answers) {
      const pointer = [
        "paths",
        path,
        method,
        "responses",
        String(status),
        "content",
        "application/json",
        "schema",
      ];
      const place = pointer
        .map((part) => encodeURIComponent(part.replaceAll("~", "~0").replaceAll("/", "~1")))
        .join("/");
      const validate = ajv.getSchema(`api#/${place}`);
      expect(validate, `${method} ${path} ${status} is described`).toBeDefined();
      validate?.(body);
      expect(validate?.errors, `${method} ${path} ${status}: ${JSON.stringify(body)}`).toBeNull();
    }
    const tried = new Set(answers.map(([method, path, { status }]) => `${method} ${path} ${status}`));
    const untried = Object.entries(document.paths).flatMap(([path, operations]) =>
      Object.entries(operations).flatMap(([method, { responses }]) =>
        Object.entries(responses)
          .filter(([status, response]) => status < "300" && "application/json" in contentOf(response))
          .map(([status]) => `${method} ${path} ${status}`)
          .filter((answer) => !path.startsWith("/docs") && path !== "/openapi.json" && !tried.has(answer)),
      ),
    );
    expect(untried, "each success that has a schema").toEqual([]);
    const statuses = new Set(answers.map(([, , { status }]) => status));
    expect([...statuses].sort()).toEqual([200, 201, 202, 400, 401, 404, 409, 412, 422, 428]);
  });

  it("names the answers that any request may get, each with its errors", () => {
    const anywhere = {
      400: "INVALID_REQUEST",
      408: "REQUEST_TIMED_OUT",
      417: "EXPECTATION_FAILED",
      429: "RATE_LIMITED",
      431: "HEADERS_TOO_LARGE",
      500: "INTERNAL",
      501: "NOT_IMPLEMENTED",
      505: "HTTP_VERSION_NOT_SUPPORTED",
    };
    for (const operation of Object.values(document.paths).flatMap((path) => Object.values(path))) {
      const described = Object.keys(anywhere).map((status) => operation.responses[status]);
      expect(described, operation.operationId).toMatchObject(
        Object.values(anywhere).map((code) => ({ description: expect.stringContaining(code) })),
      );
    }
  });

  it("describes the 304 for a known version", async () => {
    const { headers, body } = await admin.call("POST", "/customers", person);
    const known = { "If-None-Match": String(headers.etag) };
    expect((await admin.call("GET", `/customers/${body.data.id}`, undefined, known)).status).toBe(304);
    const get = document.paths["/customers/{id}"]?.get;
    expect(get?.responses["304"]).toEqual({
      description: expect.stringContaining("If-None-Match"),
      headers: expect.objectContaining({ ETag: { $ref: "#/components/headers/ETag" } }),
    });
    expect(get?.parameters).toContainEqual(
      expect.objectContaining({ name: "If-None-Match", required: false }),
    );
    const described = Object.entries(document.paths).filter(([, { get }]) => get && "304" in get.responses);
    const versioned = Object.entries(document.paths).filter(([, operations]) =>
      Object.values(operations).some(({ responses }) => "428" in responses),
    );
    expect(described.map(([path]) => path)).toEqual(versioned.map(([path]) => path));
    expect(versioned.length).toBeGreaterThan(1);
  });

  it("says that a deletion may name its version, and that the size of a page is a whole number", () => {
    const parameterOf = (method: "get" | "delete", path: string, name: string) =>
      document.paths[path]?.[method]?.parameters.find((one) => "name" in one && one.name === name);
    expect(parameterOf("delete", "/customers/{id}", "If-Match")).toMatchObject({ required: false });
    for (const path of ["/customers", "/operations", "/jobs"])
      expect(parameterOf("get", path, "limit")).toMatchObject({
        description: expect.stringContaining("25 by default"),
        schema: { type: "integer", minimum: 1, maximum: 100 },
        required: false,
      });
    expect(document.info.description).toContain("/api/v1/ws");
  });

  it("lists the values of each parameter, the codes of errors and every header", () => {
    const { parameters } = document.paths["/customers"]?.get ?? { parameters: [] };
    const named = (name: string) => parameters.find((one) => "name" in one && one.name === name);
    const words = ["prospect", "active", "suspended", "closed"];
    expect(named("status")).toMatchObject({
      schema: { type: "array", items: { enum: words } },
      style: "form",
      explode: false,
    });
    expect(named("fields")).toMatchObject({
      schema: { type: "array", items: { enum: expect.arrayContaining(["name", "status"]) } },
    });
    expect(document.components).toMatchObject({
      headers: Object.fromEntries(mentioned.map((name) => [name, { description: expect.any(String) }])),
      schemas: {
        Error: { properties: { error: { properties: { code: ofCodes } } } },
        ErrorCode: { enum: expect.arrayContaining(["RATE_LIMITED", "CUSTOMER_IN_USE"]) },
      },
    });
    expect(headersOf(document.paths["/customers/export"]?.get?.responses[200] ?? {})).toHaveProperty(
      "Content-Disposition",
    );
  });

  it("lists the codes of errors also for the results of a bulk operation and for an operation that failed", () => {
    const schemaOf = (path: string, method: string) => {
      const answer = contentOf(document.paths[path]?.[method]?.responses[200] ?? {});
      return "application/json" in answer ? answer["application/json"] : undefined;
    };
    const failed = { anyOf: [{ properties: { code: ofCodes } }, { type: "null" }] };
    const attributes = { properties: { error: failed } };
    const one = { properties: { attributes } };
    expect(schemaOf("/customers/bulk", "post")).toMatchObject({
      schema: { properties: { data: { items: one } } },
    });
    expect(schemaOf("/operations/{id}", "get")).toMatchObject({ schema: { properties: { data: one } } });
  });

  it("refuses an answer without the required attributes", () => {
    const ajv = new Ajv2020({ strict: false });
    addFormats.default(ajv);
    ajv.addSchema(document, "api");
    const validate = ajv.getSchema(
      "api#/paths/~1customers/post/responses/201/content/application~1json/schema",
    );
    expect(validate?.({ data: { type: "customer", id: "1", attributes: {} } })).toBe(false);
  });
});

describe("the reference page", () => {
  it("comes with all its parts from this server, under a policy without exceptions for scripts", async () => {
    const ask = anonymous(runtime);
    const page = await ask("GET", "/docs");
    expect(page.status).toBe(200);
    expect(page.headers["content-type"]).toMatch(/^text\/html/);
    const html = String(page.body);
    const parts = [...html.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, address]) => address ?? "");
    expect(parts).toHaveLength(3);
    for (const part of parts) {
      expect(part).not.toMatch(/^(https?:)?\/\//);
      const answer = await ask("GET", `/${part}`);
      expect(answer.status, part).toBe(200);
      expect(answer.headers["content-type"], part).toMatch(
        part.endsWith(".css") ? /^text\/css/ : /^text\/javascript/,
      );
      expect(String(answer.body).length, part).toBeGreaterThan(50);
    }
    expect(html).not.toMatch(/<script>|<style|style=|onload=/);
    const policies = String(page.headers["content-security-policy"]);
    expect(policies.match(/default-src/g), "one policy").toHaveLength(1);
    expect(policies).toContain("default-src 'none'");
    expect(policies).not.toMatch(/script-src[^;]*unsafe/);
  });
});
