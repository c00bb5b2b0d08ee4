import { afterAll, beforeAll, beforeEach, describe, expect, inject, it } from "vitest";
import { z } from "zod";
import { namesOnServers } from "../../../../contract/tenant-ids.ts";
import type {} from "../../../../harness/services/vitest.ts";
import { type MigratedSchema, openMigratedSchema } from "../../../test/testing/database/migrated-schema.ts";
import { querySchema } from "../../../test/testing/database/query-schema.ts";
import { until } from "../../../test/testing/process/until.ts";
import { AppError } from "../base/errors.ts";
import type { RotatingDatabase } from "../database/rotating-database.ts";
import { savepoint } from "../database/savepoint.ts";
import { defineJob, enqueue, type JobHandler, usualBounds } from "./job.ts";
import { lockTaken, mostDead, takeNext } from "./job-rows.ts";
import { type Surroundings, takeJob } from "./take-job.ts";

const input = z.object({ text: z.string() });
const note = defineJob("test.note", input);
const quick = defineJob("test.quick", input, { seconds: 0.2, attempts: 2 });
const few = defineJob("test.few", input, { mostWaiting: 3 });

describe.each(["postgres15", "postgres18"] as const)("jobs on %s", (name) => {
  const server = inject(name);
  let opened: MigratedSchema;
  let database: RotatingDatabase;
  beforeAll(async () => {
    opened = await openMigratedSchema(server, { poolSize: 4 });
    ({ database } = opened);
  });
  afterAll(() => opened?.[Symbol.asyncDispose]());
  beforeEach(() => query("DELETE FROM jobs; DELETE FROM outbox_events"));

  const query = (text: string) => querySchema(opened.schema, text);
  const leave = (job: typeof note, ...texts: string[]) =>
    database.transaction(async (transaction) => {
      for (const text of texts) await enqueue(transaction, job, { text });
    });
  const take = (
    run: JobHandler["run"],
    {
      job = note,
      giveUp,
      ...surroundings
    }: Surroundings & Pick<JobHandler, "giveUp"> & { job?: typeof note } = {},
  ) => {
    const handler = { kind: job.kind, bounds: job.bounds, run, ...(giveUp && { giveUp }) };
    return takeJob(database, new Map([[job.kind, handler]]), { random: () => 0.5, ...surroundings });
  };
  const write = (transaction: Parameters<JobHandler["run"]>[0]) =>
    transaction.query(
      `INSERT INTO outbox_events (id, type, entity_type, entity_id, payload)
       VALUES (gen_random_uuid(), 'test.done', 'test', '1', '{}')`,
    );
  const doNothing = async () => {};

  it("do not exist when the transaction that creates them fails", async () => {
    const failing = database.transaction(async (transaction) => {
      await enqueue(transaction, note, { text: "never" });
      throw new Error("the command failed");
    });
    await expect(failing).rejects.toThrow("the command failed");
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("are each done once when many workers take them at the same time", async () => {
    await leave(note, "a", "b", "c", "d", "e", "f");
    const done: string[] = [];
    const work = async () => {
      for (;;) {
        const look = await take(async (_transaction, given) => void done.push(input.parse(given).text));
        if (look.kind === "nothing") return;
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(done.sort()).toEqual(["a", "b", "c", "d", "e", "f"]);
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("are done by the worker that took them, also when another one locks them for a moment", async () => {
    await leave(note, "a");
    const { job } = await takeNext(database, [note.kind]);
    if (job === undefined) throw new Error("expected a due job");
    const locked = await database.transaction(async (other) => {
      await other.query("SELECT FROM jobs FOR UPDATE");
      const lock = database.transaction((transaction) => lockTaken(transaction, job));
      const { appLogins } = namesOnServers(opened.schema.id);
      const waiting = `SELECT FROM pg_stat_activity WHERE usename = '${appLogins.a}' AND wait_event_type = 'Lock'`;
      await until(
        () => query(waiting),
        ({ length }) => length === 1,
      );
      // Within an object, because the transaction would wait for a promise.
      return { lock };
    });
    expect(await locked.lock).toBe(true);
  });

  it("that fail undo their writes, wait, and are dead after the last attempt", async () => {
    await leave(note, "broken");
    const fails: JobHandler["run"] = async (transaction) => {
      await write(transaction);
      throw new Error("Ines Moreau is not known");
    };
    for (let attempt = 1; attempt <= usualBounds.attempts; attempt += 1) {
      const givenUp = attempt === usualBounds.attempts;
      expect(await take(fails)).toMatchObject({ kind: "failed", job: "test.note", givenUp, reason: "Error" });
      const look = await take(fails);
      if (givenUp) expect(look).toEqual({ kind: "nothing", dueInMs: null, waiting: 0, dead: 1 });
      else {
        expect(look).toMatchObject({ kind: "nothing", waiting: 1, dead: 0 });
        expect(
          Math.abs(("dueInMs" in look ? (look.dueInMs ?? 0) : 0) - 2 ** (attempt - 1) * 5_000),
        ).toBeLessThan(4_000);
      }
      await query("UPDATE jobs SET run_at = now()");
    }
    expect(
      await query("SELECT attempts, failed_at IS NOT NULL AS dead, last_error, taken_at FROM jobs"),
    ).toEqual([{ attempts: usualBounds.attempts, dead: true, last_error: "Error", taken_at: null }]);
    expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
  });

  it.each<[string, () => Error, string]>([
    ["of the catalogue", () => new AppError("STORAGE_FULL"), "STORAGE_FULL"],
    ["of another kind", () => new TypeError("Ines"), "TypeError"],
  ])("keep the code or name of an error %s, and not its message", async (_kind, error, reason) => {
    await leave(note, "broken");
    await take(() => Promise.reject(error()));
    expect(await query("SELECT last_error FROM jobs")).toEqual([{ last_error: reason }]);
  });

  it("that fail by a statement are postponed like others", async () => {
    await leave(note, "broken");
    const look = await take(async (transaction) => void (await transaction.query("SELECT 1 / 0")));
    expect(look).toMatchObject({ kind: "failed", givenUp: false, reason: "PostgreSQL 22012" });
    expect(await query("SELECT attempts, taken_at, run_at > now() AS waits FROM jobs")).toEqual([
      { attempts: 1, taken_at: null, waits: true },
    ]);
  });

  describe("that take longer than their time", () => {
    it("are aborted, and undo their writes, also those of a nested savepoint", async () => {
      await leave(quick, "slow");
      let aborted: unknown;
      const look = await take(
        async (transaction, _input, signal) => {
          await write(transaction);
          await savepoint(transaction, async (within) => {
            await write(within);
            await new Promise((resolve) => signal.addEventListener("abort", resolve));
            aborted = signal.reason;
            await write(within);
          });
        },
        { job: quick },
      );
      const reason = "TooSlow: it took longer than 0.2 s";
      expect(look).toMatchObject({ kind: "failed", givenUp: false, reason });
      expect(aborted).toMatchObject({ name: "TooSlow" });
      expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
      expect(await query("SELECT attempts, last_error FROM jobs")).toEqual([
        { attempts: 1, last_error: reason },
      ]);
    });

    it("fail with the timeout error, also when their handler rejects with the signal's reason", async () => {
      await leave(quick, "hears");
      const look = await take(
        (_transaction, _input, signal) =>
          new Promise((_resolve, reject) =>
            signal.addEventListener("abort", () => reject(new Error("another reason"))),
          ),
        { job: quick },
      );
      expect(look).toMatchObject({ kind: "failed", reason: "TooSlow: it took longer than 0.2 s" });
    });

    it("are ended even if they ignore the signal, and can no longer use the transaction", async () => {
      await leave(quick, "deaf");
      const late = Promise.withResolvers<unknown>();
      const release = Promise.withResolvers<void>();
      const look = await take(
        async (transaction) => {
          await release.promise;
          await write(transaction).catch(late.resolve);
        },
        { job: quick },
      );
      expect(look).toMatchObject({ kind: "failed" });
      release.resolve();
      expect(await late.promise).toMatchObject({ name: "TooSlow" });
      expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
    });

    it("end after the statement in progress, and are dead after their last attempt", async () => {
      await leave(quick, "sleeps");
      const sleeps: JobHandler["run"] = async (transaction) => {
        await write(transaction);
        await transaction.query("SELECT pg_sleep(0.5)");
      };
      expect(await take(sleeps, { job: quick })).toMatchObject({ kind: "failed", givenUp: false });
      await query("UPDATE jobs SET run_at = now()");
      expect(await take(sleeps, { job: quick })).toMatchObject({ kind: "failed", givenUp: true });
      expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
    });
  });

  it("are due again at once after the interruption by a shutdown, and the attempt does not count", async () => {
    await leave(note, "long");
    const stop = new AbortController();
    const look = await take(
      async (transaction) => {
        await write(transaction);
        stop.abort();
        await new Promise(() => {});
      },
      { stop: stop.signal },
    );
    expect(look).toEqual({ kind: "left", job: "test.note" });
    expect(await query("SELECT attempts, taken_at, run_at <= now() AS due FROM jobs")).toEqual([
      { attempts: 0, taken_at: null, due: true },
    ]);
    expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
  });

  it("that are taken during a shutdown do not begin", async () => {
    await leave(note, "late");
    const ran: string[] = [];
    const look = await take(async () => void ran.push("late"), { stop: AbortSignal.abort() });
    expect([look.kind, ran]).toEqual(["left", []]);
    expect(await query("SELECT attempts FROM jobs")).toEqual([{ attempts: 0 }]);
  });

  it("are dead without a further attempt when their worker died in each attempt", async () => {
    await leave(note, "deadly");
    await query(`UPDATE jobs SET attempts = ${usualBounds.attempts}, taken_at = now()`);
    const ran: string[] = [];
    const told: unknown[] = [];
    const look = await take(async () => void ran.push("deadly"), {
      giveUp: async (_transaction, given) => void told.push(given),
    });
    expect(look).toMatchObject({ kind: "failed", givenUp: true, reason: "LostWorker" });
    expect([ran, told]).toEqual([[], [{ text: "deadly" }]]);
  });

  it("become dead later when the first record of it fails", async () => {
    await leave(quick, "broken");
    await query("UPDATE jobs SET attempts = 1");
    const broken = () => Promise.reject(new Error("a fault"));
    expect(await take(broken, { job: quick, giveUp: broken })).toMatchObject({ givenUp: false });
    await query("UPDATE jobs SET run_at = now()");
    expect(await take(broken, { job: quick })).toMatchObject({ givenUp: true, reason: "LostWorker" });
  });

  it("are not taken while another worker holds them, even after the time of taking", async () => {
    await leave(note, "slow");
    const running = Promise.withResolvers<void>();
    const release = Promise.withResolvers<void>();
    const other = take(async () => {
      running.resolve();
      await release.promise;
    });
    await running.promise;
    const look = await take(doNothing);
    expect(look).toMatchObject({ kind: "nothing", waiting: 1 });
    expect("dueInMs" in look && (look.dueInMs ?? 0)).toBeGreaterThan(0);
    release.resolve();
    expect((await other).kind).toBe("done");
    expect(await query("SELECT 1 FROM jobs")).toEqual([]);
  });

  it("are left to another worker that has taken them meanwhile", async () => {
    await leave(note, "lost");
    const query_ = database.query.bind(database);
    const slow = Object.assign(Object.create(database), {
      transaction: database.transaction.bind(database),
      query: async (text: string, values: readonly unknown[]) => {
        const taken = await query_(text, values);
        await query("UPDATE jobs SET attempts = attempts + 1");
        return taken;
      },
    }) as RotatingDatabase;
    const ran: string[] = [];
    const handler = { kind: note.kind, bounds: note.bounds, run: async () => void ran.push("lost") };
    expect(await takeJob(slow, new Map([[note.kind, handler]]))).toEqual({ kind: "left", job: "test.note" });
    expect(ran).toEqual([]);
    expect(await query("SELECT attempts FROM jobs")).toEqual([{ attempts: 2 }]);
  });

  it("of a kind that this image does not know are left for another image", async () => {
    await query("INSERT INTO jobs (id, kind, input) VALUES (gen_random_uuid(), 'later.image', '{}')");
    expect(await take(doNothing)).toEqual({ kind: "nothing", dueInMs: null, waiting: 1, dead: 0 });
    expect(await query("SELECT attempts FROM jobs")).toEqual([{ attempts: 0 }]);
  });

  it("beyond the bound of their kind are refused, together with the change that creates them", async () => {
    await leave(few, "1", "2", "3");
    await expect(leave(few, "4")).rejects.toMatchObject({ code: "JOBS_FULL", status: 503 });
    const together = database.transaction(async (transaction) => {
      await write(transaction);
      await enqueue(transaction, few, { text: "4" });
    });
    await expect(together).rejects.toMatchObject({ code: "JOBS_FULL" });
    expect(await query("SELECT 1 FROM outbox_events")).toEqual([]);
    await leave(note, "another kind");
    expect((await take(doNothing, { job: few })).kind).toBe("done");
    await leave(few, "4");
    expect(await query("SELECT 1 FROM jobs WHERE kind = 'test.few'")).toHaveLength(3);
  });

  it("are kept up to a bound when they are dead, the newest ones", async () => {
    await query(`INSERT INTO jobs (id, kind, input, failed_at)
      SELECT gen_random_uuid(), 'old.' || n, '{}', now() - make_interval(mins => n) FROM generate_series(1, ${mostDead + 5}) n`);
    await leave(note, "broken");
    await query(`UPDATE jobs SET attempts = ${usualBounds.attempts} WHERE failed_at IS NULL`);
    await take(doNothing);
    expect(await query("SELECT 1 FROM jobs")).toHaveLength(mostDead);
    expect(
      await query("SELECT kind FROM jobs WHERE kind IN ('test.note', 'old.1', 'old.1000') ORDER BY kind"),
    ).toEqual([{ kind: "old.1" }, { kind: "test.note" }]);
  });
});

describe("the definition of a job", () => {
  it.each([
    [{ seconds: 101 }, "write at most 100 s"],
    [{ seconds: 0 }, "write at most 100 s"],
    [{ attempts: 0 }, "write at least 1"],
    [{ mostWaiting: 0 }, "write at least 1"],
  ])("refuses %o", (bounds, message) => {
    expect(() => defineJob("test.job", input, bounds)).toThrow(message);
  });
});
