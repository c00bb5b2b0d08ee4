import { readFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { namesOnServers } from "../../../contract/tenant-ids.ts";
import type {} from "../../../harness/services/vitest.ts";
import { administrator, agent, type Staff } from "../testing/clients/staff.ts";
import { openWebSocket } from "../testing/clients/web-socket-client.ts";
import { querySchema } from "../testing/database/query-schema.ts";
import { type RuntimeProcess, startRuntime } from "../testing/process/runtime-process.ts";
import { createTestTenant, type TestTenant } from "../testing/process/test-tenant.ts";
import { until } from "../testing/process/until.ts";

let tenant: TestTenant;
let runtime: RuntimeProcess;
let admin: Staff;
beforeAll(async () => {
  tenant = await createTestTenant();
  await inSchema(`
    CREATE TABLE notes (id uuid PRIMARY KEY, title text COLLATE "C" NOT NULL, colour text NOT NULL, body_sealed bytea,
      customer_id uuid CONSTRAINT notes_customer_id_fkey REFERENCES customers,
      words integer, version bigint NOT NULL DEFAULT 1, created_at timestamptz NOT NULL DEFAULT now(),
      updated_at timestamptz NOT NULL DEFAULT now());
    CREATE TABLE buried_notes (id uuid PRIMARY KEY);
    CREATE TABLE pins (note_id uuid PRIMARY KEY CONSTRAINT pins_note_id_fkey REFERENCES notes);
    GRANT SELECT, INSERT, UPDATE, DELETE ON notes, buried_notes, pins TO ${namesOnServers(tenant.id).readWriteRole};`);
  runtime = await startRuntime(tenant, { main: join(import.meta.dirname, "toy-main.ts") });
  admin = await administrator(runtime, tenant);
});
afterAll(async () => {
  await runtime?.[Symbol.asyncDispose]();
  await tenant?.[Symbol.asyncDispose]();
});

function inSchema(text: string) {
  return querySchema(tenant, text);
}

const create = async (title: string, colour = "yellow", body: string | null = null) =>
  (await admin.call("POST", "/notes", { title, colour, body })).body.data.id as string;

const anyVersion = { "If-Match": "*" };

/** The number of notes of this colour that the runtime has counted. */
async function written(colour: string): Promise<number> {
  const { body } = await runtime.manage<string>("/metrics");
  const series = new RegExp(`^dotmac_notes_written_total\\{colour="${colour}"\\} (\\d+)$`, "m");
  return Number(series.exec(body)?.[1]);
}

/** Starts an import, and returns the address of its operation. */
async function importNotes(table: string, query = ""): Promise<string> {
  const csv = { "Content-Type": "text/csv" };
  const accepted = await admin.call("POST", `/notes/imports${query}`, table, csv);
  expect(accepted.status).toBe(202);
  return String(accepted.headers.location).replace("/api/v1", "");
}

/** The operation's attributes after its end. */
async function ended(operation: string) {
  const { body } = await until(
    () => admin.call("GET", operation),
    (answer) => answer.body.data.attributes.finishedAt !== null,
  );
  return body.data.attributes;
}

describe("a module on the floor", () => {
  it("takes fewer than 150 lines", () => {
    const source = readFileSync(join(import.meta.dirname, "toy-module.ts"), "utf8");
    expect(source.split("\n").length).toBeLessThan(150);
  });

  it("lists by its orders and filters, in pages, with the requested fields", async () => {
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
    ["colour=red", "colour", 'write one of "yellow", "blue", or several with commas'],
    [
      "fields=secret",
      "fields",
      'write one of "title", "colour", "body", "customerId", or several with commas',
    ],
    ["body=x", "body", "leave it out: there is no such parameter"],
  ])("refuses %s with advice", async (query, field, message) => {
    const answer = await admin.call("GET", `/notes?${query}`);
    expect(answer.body.error).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ in: "query", field, message }],
    });
  });

  it("changes a resource at the version that was read, and shows sealed text", async () => {
    const id = await create("draft", "yellow", "some words");
    const { headers } = await admin.call("GET", `/notes/${id}`);
    const match = { "If-Match": String(headers.etag) };
    const changed = await admin.call("PATCH", `/notes/${id}`, { title: "final" }, match);
    expect(changed.body.data.attributes).toEqual({
      title: "final",
      colour: "yellow",
      body: "some words",
      customerId: null,
    });
    expect((await admin.call("PATCH", `/notes/${id}`, { title: "lost" }, match)).status).toBe(412);
    expect((await admin.call("GET", `/notes/${id}?fields=title`)).body.data.attributes).toEqual({
      title: "final",
    });
    const [row] = await inSchema(
      `SELECT encode(body_sealed, 'escape') AS text FROM notes WHERE id = '${id}'`,
    );
    expect(row.text).not.toContain("words");
  });

  it("refuses with its own error, and checks its own permissions", async () => {
    const pinned = await admin.call("DELETE", `/notes/${await create("kept", "blue")}`);
    expect([pinned.status, pinned.body.error.code]).toEqual([409, "NOTE_PINNED"]);
    const clerk = await agent(runtime, admin, "clerk@north.example");
    expect((await clerk.call("POST", "/notes", { title: "x", colour: "blue" })).status).toBe(403);
    const { body } = await admin.call("GET", "/openapi.json");
    expect(body.paths["/notes/{id}"].delete.responses["409"].description).toContain("NOTE_PINNED");
    expect(body["x-topics"]).toContainEqual({ name: "notes", permission: "notes:read" });
  });

  it("asks another module, whose answer holds until its transaction ends", async () => {
    const person = { type: "person", name: "Ada Byron", serviceAddress: { city: "Lyon" } };
    const customerId = (await admin.call("POST", "/customers", person)).body.data.id;
    const note = { title: "of Ada", colour: "yellow", customerId };
    const created = await admin.call("POST", "/notes", note);
    expect(created.body.data.attributes.customerId).toBe(customerId);
    expect((await admin.call("DELETE", `/customers/${customerId}`)).status).toBe(204);
    const refused = await admin.call("POST", "/notes", note);
    expect(refused.body.error).toMatchObject({
      code: "VALIDATION_ERROR",
      details: [{ in: "body", field: "customerId", message: "write the id of a customer" }],
    });
  });

  it("refuses references to missing resources, and the deletion of a resource that others refer to", async () => {
    const id = await create("referred");
    const nothing = { customerId: "0190163d-8694-739b-aea5-966c26f8ad91" };
    const changed = await admin.call("PATCH", `/notes/${id}`, nothing, anyVersion);
    expect([changed.status, changed.body.error.details]).toEqual([
      422,
      [{ in: "body", field: "customerId", message: "write the id of an existing resource" }],
    ]);
    await inSchema(`INSERT INTO pins (note_id) VALUES ('${id}')`);
    const removed = await admin.call("DELETE", `/notes/${id}`);
    expect([removed.status, removed.body.error.code]).toEqual([409, "RESOURCE_IN_USE"]);
    expect(JSON.stringify([changed.body, removed.body])).not.toMatch(/fkey|customers|pins/);
  });

  it("records nothing when a change makes no difference", async () => {
    const id = await create("same", "blue", "a line");
    const changed = await admin.call("PATCH", `/notes/${id}`, { colour: "blue", body: "a line" }, anyVersion);
    expect([changed.status, changed.headers.etag]).toEqual([200, '"1"']);
    const events = `SELECT type FROM outbox_events WHERE entity_id = '${id}'`;
    expect(await inSchema(events)).toEqual([{ type: "note.created" }]);
  });

  it("counts in its own metrics, whose series all exist from the start", async () => {
    const before = { blue: await written("blue"), yellow: await written("yellow") };
    await create("counted", "blue");
    expect(await written("blue")).toBe(before.blue + 1);
    expect(await written("yellow")).toBe(before.yellow);
  });

  it("counts the rows of an import, and none of a dry run", async () => {
    const before = await written("blue");
    const table = "title,colour\ntried,blue\ntried too,blue\n";
    const tried = await importNotes(table, "?dryRun=true");
    expect(await ended(tried)).toMatchObject({ state: "succeeded", done: 2, refused: 0 });
    expect(await written("blue")).toBe(before);
    expect(await ended(await importNotes(table))).toMatchObject({ state: "succeeded", done: 2, refused: 0 });
    expect(await written("blue")).toBe(before + 2);
  });

  it("counts the rows of a repeated part of an import once, and none of the failed part", async () => {
    const before = await written("blue");
    await inSchema("ALTER TABLE notes ADD CONSTRAINT notes_title_check CHECK (title <> 'fails') NOT VALID");
    const operation = await importNotes("title,colour\nsucceeds,blue\nfails,blue\n");
    await until(
      () => inSchema("SELECT attempts FROM jobs WHERE kind = 'notes.import operation'"),
      ([job]) => job?.attempts === 1,
    );
    expect(await written("blue")).toBe(before);
    await inSchema("ALTER TABLE notes DROP CONSTRAINT notes_title_check; UPDATE jobs SET run_at = now()");
    // Wakes the worker, which checks for due jobs.
    await create("another", "yellow");
    expect(await ended(operation)).toMatchObject({ state: "succeeded", done: 2, refused: 0 });
    expect(await written("blue")).toBe(before + 2);
  });

  it("creates the rows of a table, gives the reason for each refused row, and exports all of them", async () => {
    const table = "title,colour\n=1+1,blue\n,red\n";
    const operation = await importNotes(table);
    expect(await ended(operation)).toMatchObject({ state: "succeeded", done: 2, refused: 1 });
    const report = String((await admin.call("GET", `${operation}/report`)).body);
    expect(report).toMatch(/\r\n2,created,[0-9a-f-]{36},,\r\n3,refused,,title,.*\r\n3,refused,,colour,/);
    const exported = await admin.call("GET", "/notes/export?colour=blue&fields=title");
    expect(String(exported.body)).toMatch(/^id,title\r\n/);
    expect(String(exported.body)).toContain(",'=1+1\r\n");
  });

  it("does its job after the command, and receives the event", async () => {
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
    expect(await inSchema("SELECT kind FROM jobs WHERE kind LIKE 'notes.%'")).toEqual([]);
  });
});
