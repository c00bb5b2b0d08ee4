import { someOf } from "../../../module/fields/fields.ts";
import * as column from "../../../module/table/column.ts";
import { anyOf, byInstant, defineListing } from "../../../module/table/listing.ts";
import { defineTable } from "../../../module/table/table.ts";
import type { Role } from "../../../platform/access/principal.ts";
import { userRoles } from "./models.ts";

export const usersTable = defineTable("users", {
  id: column.uuid(),
  email_sealed: column.bytes(),
  email_exact: column.bytes(),
  name: column.nullable(column.text()),
  role: column.text<Role>(),
  password_hash: column.text(),
  must_change_password: column.flag(),
  password_expires_at: column.unread(column.nullable(column.instant())),
  disabled_at: column.unread(column.nullable(column.instant())),
  disabled: column.computed<boolean>("users.disabled_at IS NOT NULL"),
  /** True for an expired one-time password. */
  password_expired: column.computed<boolean>(
    "users.must_change_password AND users.password_expires_at <= now()",
  ),
  version: column.kept(column.bigint()),
  created_at: column.kept(column.instant()),
  updated_at: column.kept(column.instant()),
});

export type UserRow = column.RowOf<typeof usersTable.columns>;

export const userListing = defineListing(usersTable, {
  sorts: { createdAt: byInstant("created_at") },
  initial: "createdAt",
  filters: { role: anyOf("role", someOf(userRoles)) },
});

export type UserQuery = Parameters<(typeof userListing)["page"]>[1];
