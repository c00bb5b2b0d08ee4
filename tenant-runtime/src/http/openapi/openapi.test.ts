import { Validator } from "@seriousme/openapi-schema-validator";
import { Ajv2020 } from "ajv/dist/2020.js";
import addFormats from "ajv-formats";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { type RuntimeProcess, startRuntime } from "../../../test/testing/runtime-process.ts";
import {
  type AnyAnswer,
  administrator,
  anonymous,
  chosenPassword,
  type Staff,
} from "../../../test/testing/staff.ts";
import { createTestTenant, type TestTenant } from "../../../test/testing/test-tenant.ts";
import type { OpenApiDocument } from "./openapi.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
let document: OpenApiDocument;

beforeAll(async () => {
  tenant = await createTestTenant();
  runtime = await startRuntime(tenant);
  admin = await administrator(runtime, tenant);
  const answer = await anonymous(runtime)("GET", "/openapi.json");
  expect(answer.status).toBe(200);
  document = answer.body;
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

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

  it("knows every address that the server answers, and the server every one of it", async () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      const address = path.replace("{id}", "0190163d-8694-739b-aea5-966c26f8ad91");
      const answer = await admin.call("TRACE", address);
      const allowed = String(answer.headers.allow).split(", ");
      const described = Object.keys(operations).map((method) => method.toUpperCase());
      expect(allowed.filter((method) => method !== "HEAD").sort(), path).toEqual(described.sort());
    }
  });

  it("has a schema for each success that has a body", () => {
    for (const [path, operations] of Object.entries(document.paths)) {
      for (const operation of Object.values(operations)) {
        if (operation.tags.includes("documentation")) continue;
        for (const [status, response] of Object.entries(operation.responses)) {
          expect("content" in response, `${operation.operationId} ${path} ${status}`).toBe(status !== "204");
        }
      }
    }
  });

  it("describes what the server really answers", async () => {
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
    const answers: [string, string, AnyAnswer][] = [
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
    const statuses = new Set(answers.map(([, , { status }]) => status));
    expect([...statuses].sort()).toEqual([200, 201, 401, 404, 409, 412, 422, 428]);
  });

  it("does not take an answer that says too little", () => {
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
