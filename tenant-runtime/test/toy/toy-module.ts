import { randomUUID } from "node:crypto";
import { z } from "zod";
import { defineModule } from "../../src/module/define-module.ts";
import { defineEntity } from "../../src/module/entity.ts";
import { changedFields } from "../../src/module/fields/changed-fields.ts";
import { line, oneOf, orNull, patchShape, someOf } from "../../src/module/fields/fields.ts";
import { merged } from "../../src/module/fields/merged.ts";
import { createCollection } from "../../src/module/resource/collection.ts";
import { resourceRoutes } from "../../src/module/resource/resource-routes.ts";
import * as column from "../../src/module/table/column.ts";
import { anyOf, byInstant, byText, defineListing } from "../../src/module/table/listing.ts";
import { sealedColumns } from "../../src/module/table/sealed-columns.ts";
import { defineTable } from "../../src/module/table/table.ts";
import { does, hears } from "../../src/module/work.ts";
import type { ModuleWorld } from "../../src/module/world.ts";
import { AppError, defineErrors } from "../../src/platform/base/errors.ts";
import type { Command } from "../../src/platform/events/command.ts";
import { defineJob, enqueue } from "../../src/platform/jobs/job.ts";

const note = defineEntity({
  type: "note",
  topic: { name: "notes", read: "notes:read" },
  events: ["created", "updated", "deleted"],
});

const errors = defineErrors({
  NOTE_PINNED: { status: 409, message: "A pinned note stays. Unpin it first." },
});

const colours = ["yellow", "blue"] as const;
type Colour = (typeof colours)[number];

export const notesTable = defineTable("notes", {
  id: column.uuid(),
  title: column.text(),
  colour: column.text<Colour>(),
  body_sealed: column.nullable(column.bytes()),
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

const fields = { title: line("a title", 100), colour: oneOf(colours) };
const whole = z.strictObject({ ...fields, ...orNull({ body: line("a line", 500) }) });
const patch = z.strictObject(patchShape({ ...fields, body: line("a line", 500) }));
const attributes = z.object({ title: z.string(), colour: oneOf(colours), body: z.string().nullable() });

/** Counts the words of a note after the answer. */
const countWords = defineJob("notes.count-words", z.object({ id: z.uuid() }));

type Details = z.output<typeof whole>;

function createNotes(world: ModuleWorld) {
  const sealed = (id: string) => sealedColumns(world.encryption, "notes", id);
  const rowOf = (id: string, { body, ...clear }: Details) => ({
    ...clear,
    body_sealed: sealed(id).seal("body_sealed", body),
  });
  const open = ({
    body_sealed,
    created_at: _,
    updated_at: __,
    ...row
  }: column.RowOf<typeof notesTable.columns>) => ({
    ...row,
    body: sealed(row.id).open("body_sealed", body_sealed),
  });
  const notes = createCollection({ world, entity: note, table: notesTable, listing, open, cached: true });
  return {
    ...notes,
    open,
    create(details: Details, command: Command) {
      const id = randomUUID();
      return notes.create(command, id, async (transaction) => {
        await notesTable.insert(transaction, { id, ...rowOf(id, details) });
        await enqueue(transaction, countWords, { id });
        return { colour: details.colour };
      });
    },
    update: (id: string, changes: z.output<typeof patch>, command: Command) =>
      notes.change(command, id, "updated", async (transaction, { id: _, version: __, ...present }) => {
        const details = merged(whole, present, changes);
        await notesTable.update(transaction, id, rowOf(id, details));
        return { fields: changedFields<Details>(present, details) };
      }),
    remove: (id: string, command: Command) =>
      notes.remove(command, id, async (transaction, { colour, title }) => {
        if (colour === "blue") throw new AppError(errors.NOTE_PINNED);
        await transaction.query("DELETE FROM notes WHERE id = $1", [id]);
        return { letters: title.length };
      }),
  };
}

const resource = resourceRoutes({
  entity: note,
  one: "a note",
  many: "notes",
  attributes,
  permissions: { read: "notes:read", write: "notes:write" },
});

/** A module that uses every part of the floor. */
export const toy = defineModule({
  name: "notes",
  permissions: { "notes:read": ["admin", "agent"], "notes:write": ["admin"] },
  entities: [note],
  errors,
  open: createNotes,
  routes: (notes) => [
    resource.list({ summary: "List notes", listing }, notes.list),
    resource.create({ summary: "Create a note", body: whole }, notes.create),
    resource.retrieve({ summary: "Retrieve a note" }, notes.retrieve),
    resource.update({ summary: "Change a note", body: patch }, notes.update),
    resource.remove({ summary: "Delete a note" }, notes.remove),
  ],
  jobs: [
    does(countWords, async (notes: ReturnType<typeof createNotes>, transaction, { id }) => {
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
