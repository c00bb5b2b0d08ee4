import { randomUUID } from "node:crypto";
import { z } from "zod";
import { defineModule, type Own, type Used } from "../../src/module/define-module.ts";
import { defineEntity } from "../../src/module/entity.ts";
import { changedFields } from "../../src/module/fields/changed-fields.ts";
import { line, oneOf, orNull, patchShape, someOf } from "../../src/module/fields/fields.ts";
import { merged } from "../../src/module/fields/merged.ts";
import { createCollection } from "../../src/module/resource/collection.ts";
import { ResourceRoutes } from "../../src/module/resource/resource-routes.ts";
import * as column from "../../src/module/table/column.ts";
import { anyOf, byInstant, byText, defineListing } from "../../src/module/table/listing.ts";
import { sealedColumns } from "../../src/module/table/sealed-columns.ts";
import { defineTable } from "../../src/module/table/table.ts";
import { does, hears } from "../../src/module/work.ts";
import { customers } from "../../src/modules/customer/module.ts";
import { AppError, defineErrors } from "../../src/platform/base/errors.ts";
import { invalidField } from "../../src/platform/base/invalid-field.ts";
import type { Command } from "../../src/platform/events/command.ts";
import { defineJob, enqueue } from "../../src/platform/jobs/job.ts";
import { counter } from "../../src/platform/telemetry/meters.ts";

const note = defineEntity({
  type: "note",
  topic: { name: "notes", read: "notes:read" },
  events: ["created", "updated", "deleted"],
  audited: ["exported"],
});

const errors = defineErrors({
  NOTE_PINNED: { status: 409, message: "A pinned note stays. Unpin it first." },
});

const colours = ["yellow", "blue"] as const;
const notesTable = defineTable("notes", {
  id: column.uuid(),
  title: column.text(),
  colour: column.text<(typeof colours)[number]>(),
  body_sealed: column.nullable(column.bytes()),
  customer_id: column.nullable(column.uuid()),
  words: column.unread(column.nullable(column.integer())),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

const listing = defineListing(notesTable, {
  sorts: { createdAt: byInstant("created_at"), title: byText("title", 100) },
  initial: "createdAt",
  filters: { colour: anyOf("colour", someOf(colours)) },
});

const customerId = z.uuid("write the id of a customer");
const fields = { title: line("a title", 100), colour: oneOf(colours) };
const whole = z.strictObject({ ...fields, ...orNull({ body: line("a line", 500), customerId }) });
const patch = z.strictObject(patchShape({ ...fields, body: line("a line", 500), customerId }));
const attributes = z.object({
  title: z.string(),
  colour: oneOf(colours),
  body: z.string().nullable(),
  customerId: z.uuid().nullable(),
});

/** Counts the words of a note after the answer. */
const countWords = defineJob("notes.count-words", z.object({ id: z.uuid() }));

const metrics = { written: counter("Notes that were written.", { colour: colours }) };

type Details = z.output<typeof whole>;
type Row = column.RowOf<typeof notesTable.columns>;
const uses = ["database", "cache", "encryption", "recorder", "operations"] as const;
type Surroundings = Own<typeof metrics, readonly [typeof customers]>;
function createNotes(world: Used<typeof uses>, { meters, needs: [customer] }: Surroundings) {
  const sealed = (id: string) => sealedColumns(world.encryption, "notes", id);
  const rowOf = (id: string, { body, customerId, ...clear }: Details) => {
    return { ...clear, customer_id: customerId, body_sealed: sealed(id).seal("body_sealed", body) };
  };
  const open = ({ body_sealed, customer_id: customerId, created_at: _, updated_at: __, ...row }: Row) => {
    return { ...row, customerId, body: sealed(row.id).open("body_sealed", body_sealed) };
  };
  const notes = createCollection({ world, entity: note, table: notesTable, listing, open, cached: true });
  return {
    ...notes,
    open,
    operations: world.operations,
    create(details: Details, command: Command) {
      const id = randomUUID();
      return notes.create(command, id, async (transaction) => {
        if (details.customerId !== null && !(await customer.exists(transaction, details.customerId)))
          throw invalidField("customerId", "write the id of a customer");
        await notesTable.insert(transaction, { id, ...rowOf(id, details) });
        await enqueue(transaction, countWords, { id });
        transaction.afterCommit(() => meters.written.add(1, { colour: details.colour }));
        return { colour: details.colour };
      });
    },
    update: (id: string, changes: z.output<typeof patch>, command: Command) =>
      notes.change(command, id, "updated", async (transaction, { id: _, version: __, ...present }) => {
        const details = merged(whole, present, changes);
        const fields = changedFields<Details>(present, details);
        if (fields.length === 0) return undefined;
        await notesTable.update(transaction, id, rowOf(id, details));
        return { fields };
      }),
    remove: (id: string, command: Command) =>
      notes.remove(command, id, async (transaction, { colour, title }) => {
        if (colour === "blue") throw new AppError(errors.NOTE_PINNED);
        await transaction.query("DELETE FROM notes WHERE id = $1", [id]);
        return { letters: title.length };
      }),
  };
}

type Notes = ReturnType<typeof createNotes>;
const permissions = { read: "notes:read", write: "notes:write" };
const resource = new ResourceRoutes({ entity: note, one: "a note", many: "notes", attributes, permissions });

/** A module that uses every part of the floor. */
export const toy = defineModule({
  name: "notes",
  permissions: { "notes:read": ["admin", "agent"], "notes:write": ["admin"] },
  entities: [note],
  errors,
  metrics,
  needs: [customers],
  uses,
  open: createNotes,
  routes: (notes) => [
    resource.list({ summary: "List notes", listing }, notes.list),
    resource.create({ summary: "Create a note", body: whole }, notes.create),
    resource.import({ summary: "Import notes", body: whole, operations: notes.operations }, notes.create),
    resource.export({ summary: "Export notes", listing }, notes.export),
    resource.retrieve({ summary: "Retrieve a note" }, notes.retrieve),
    resource.update({ summary: "Change a note", body: patch }, notes.update),
    resource.remove({ summary: "Delete a note" }, notes.remove),
  ],
  jobs: [
    does(countWords, async (notes: Notes, transaction, { id }) => {
      const row = await notesTable.find(transaction, id);
      const words = row && notes.open(row).body?.split(" ").length;
      await transaction.query("UPDATE notes SET words = $2 WHERE id = $1", [id, words ?? 0]);
    }),
  ],
  subscribers: [
    hears("note.deleted", "notes.bury", async (_notes, transaction, { entityId }) => {
      await transaction.query("INSERT INTO buried_notes (id) VALUES ($1)", [entityId]);
    }),
  ],
});
