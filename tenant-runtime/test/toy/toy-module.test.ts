import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../harness/services/postgres.ts";
import type {} from "../../../harness/services/vitest.ts";
import { type RuntimeProcess, startRuntime } from "../testing/runtime-process.ts";
import { administrator, agent, type Staff } from "../testing/staff.ts";
import { createTestTenant, type TestTenant } from "../testing/test-tenant.ts";
import { until } from "../testing/until.ts";
import { openWebSocket } from "../testing/web-socket-client.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
beforeAll(async () => {
  tenant = await createTestTenant();
  await inSchema(`
    CREATE TABLE notes (id uuid PRIMARY KEY, title text COLLATE "C" NOT NULL, colour text NOT NULL, body_sealed bytea,
      words integer, version bigint NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE buried_notes (id uuid PRIMARY KEY);
    GRANT SELECT, INSERT, UPDATE, DELETE ON notes, buried_notes TO t_${tenant.id}_rw;`);
  runtime = await startRuntime(tenant, { main: join(import.meta.dirname, "toy-main.ts") });
  admin = await administrator(runtime, tenant);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

function inSchema(text: string) {
  return withClient(tenant.database.superuser, async (client) => {
    await client.query(`SET search_path = t_${tenant.id}`);
    return (await client.query(text)).rows ?? [];
  });
}

const create = async (title: string, colour = "yellow", body: string | null = null) =>
  (await admin.call("POST", "/notes", { title, colour, body })).body.data.id as string;

describe("a module on the floor", () => {
  it("takes fewer than 150 lines", () => {
    const source = readFileSync(join(import.meta.dirname, "toy-module.ts"), "utf8");
    expect(source.split("\n").length).toBeLessThan(150);
  });

  it("lists by its orders and filters, in pages, with the fields that are asked for", async () => {
    for (const title of ["c", "a", "b"]) await create(title, title === "b" ? "blue" : "yellow");
    const first = await admin.call("GET", "/notes?sort=-title&limit=2&colour=yellow,blue&fields=title");
    expect(first.body.data.map(({ attributes }: { attributes: object }) => attributes)).toEqual([
      { title: "c" },
      { title: "b" },
    ]);
    const next = await admin.call("GET", first.body.links.next.replace("/api/v1", ""));
    expect(next.body.data).toMatchObject([{ attributes: { title: "a" } }]);
    expect(next.body.links.next).toBeUndefined();
    expect((await admin.call("GET", "/notes?colour=blue")).body.data).toHaveLength(1);
  });

  it.each([
    ["sort=body", "sort", 'write one of "createdAt", "-createdAt", "title", "-title"'],
    ["colour=red", "colour[0]", 'write one of "yellow", "blue", or several with commas'],
    ["fields=secret", "fields[0]", 'write one of "title", "colour", "body", or several with commas'],
    ["body=x", "body", "leave it out: there is no such field"],
  ])("refuses %s and says what to write", async (query, field, message) => {
    const answer = await admin.call("GET", `/notes?${query}`);
    expect(answer.body.error).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ in: "query", field, message }],
    });
  });

  it("changes what is still as it was read, and shows sealed text", async () => {
    const id = await create("draft", "yellow", "some words");
    const { headers } = await admin.call("GET", `/notes/${id}`);
    const match = { "If-Match": String(headers.etag) };
    const changed = await admin.call("PATCH", `/notes/${id}`, { title: "final" }, match);
    expect(changed.body.data.attributes).toEqual({ title: "final", colour: "yellow", body: "some words" });
    expect((await admin.call("PATCH", `/notes/${id}`, { title: "lost" }, match)).status).toBe(412);
    expect((await admin.call("GET", `/notes/${id}?fields=title`)).body.data.attributes).toEqual({
      title: "final",
    });
    const [row] = await inSchema(
      `SELECT encode(body_sealed, 'escape') AS text FROM notes WHERE id = '${id}'`,
    );
    expect(row.text).not.toContain("words");
  });

  it("refuses with its own error, and by its own permissions", async () => {
    const pinned = await admin.call("DELETE", `/notes/${await create("kept", "blue")}`);
    expect([pinned.status, pinned.body.error.code]).toEqual([409, "NOTE_PINNED"]);
    const clerk = await agent(runtime, admin, "clerk@north.example");
    expect((await clerk.call("POST", "/notes", { title: "x", colour: "blue" })).status).toBe(403);
    const { body } = await admin.call("GET", "/openapi.json");
    expect(body.paths["/notes/{id}"].delete.responses["409"].description).toContain("NOTE_PINNED");
    expect(body["x-topics"]).toContainEqual({ name: "notes", permission: "notes:read" });
  });

  it("does its job after the command, and hears what happened", async () => {
    using client = await openWebSocket(runtime, { Authorization: `Bearer ${admin.accessToken}` }, []);
    client.say({ type: "subscribe", topics: ["notes"] });
    await client.hear();
    const id = await create("counted", "yellow", "one two three");
    await until(
      () => inSchema(`SELECT words FROM notes WHERE id = '${id}'`),
      ([row]) => row.words === 3,
    );
    expect((await admin.call("DELETE", `/notes/${id}`)).status).toBe(204);
    await until(
      () => inSchema("SELECT id FROM buried_notes"),
      ([row]) => row?.id === id,
    );
    expect(await client.hear()).toMatchObject({ topic: "notes", event: { type: "note.created" } });
    expect(await client.hear()).toMatchObject({ topic: "notes", event: { type: "note.deleted" } });
    expect(await inSchema("SELECT kind FROM jobs")).toEqual([]);
  });
});
