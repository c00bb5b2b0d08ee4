import { createHash } from "node:crypto";
import { join } from "node:path";
import { expect, it } from "vitest";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";

/**
 * The first bytes of SHA-256 of all migrations of the platform. A text that a platform has applied never changes: the
 * operator would not start with another one. Add a new migration here.
 */
const stored = [
  ["0001_platform", "586621266ed062b9"],
  ["0002_boundary", "4e1f828a1a443a83"],
  ["0003_bounds", "abfb860e53304eca"],
  ["0004_currency", "b1831b5945923999"],
  ["0005_audit_tables", "89b1d13467f289fd"],
  ["0006_login_marks", "d5c4c0ecac8a7df7"],
  ["0007_exhausted_storage", "6903228985092b60"],
  ["0008_read_audit", "8af361e305583f12"],
];

it("keeps the migrations that platforms have applied", async () => {
  const migrations = await readMigrations(join(import.meta.dirname, "../../../sql"));
  const found = migrations.map(({ version, name, sql }) => [
    `${String(version).padStart(4, "0")}_${name}`,
    createHash("sha256").update(sql).digest("hex").slice(0, 16),
  ]);
  expect(found).toEqual(stored);
});
