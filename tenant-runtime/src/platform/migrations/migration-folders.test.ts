import { createHash } from "node:crypto";
import { describe, expect, it } from "vitest";
import { readMigrations } from "../../../../process/migrations/migrations-directory.ts";
import { migrationFolders } from "./migration-folders.ts";

/**
 * The first bytes of SHA-256 of all migrations. The text of an applied migration never changes, because a change
 * would stop the migration Jobs of all tenants. Add a new migration here.
 */
const stored = [
  ["0001_customers", "9103ffb55da2bd92"],
  ["0002_users", "803fe987d56eb498"],
  ["0003_events", "682a9393aa8f6e22"],
  ["0004_event_relay", "92a909f5a4aa6128"],
  ["0005_folded_text", "99162b19fa43a075"],
  ["0006_one_time_passwords", "628d8b8b18f89430"],
  ["0007_word_bytes", "30a7c31ab618a8dc"],
  ["0008_jobs", "5ec138ad9f25ef54"],
  ["0009_search_words", "7161fadaf0521c61"],
  ["0010_operations", "2778c27c87288261"],
  ["0011_account_numbers", "4e7cdbfb44f57527"],
  ["0012_job_attempts", "b947b8db2d749e01"],
  ["0013_schedules", "ce27848d7ec372f5"],
  ["0014_webhooks", "8f78d6b280d511f1"],
  ["0015_mail", "ab1e1d5ef29dd8b4"],
];

describe("the migrations of the platform and of the modules", () => {
  it("are exactly those in the recorded list", async () => {
    const migrations = await readMigrations(...migrationFolders());
    const found = migrations.map(({ version, name, sql }) => [
      `${String(version).padStart(4, "0")}_${name}`,
      createHash("sha256").update(sql).digest("hex").slice(0, 16),
    ]);
    expect(found).toEqual(stored);
  });
});
