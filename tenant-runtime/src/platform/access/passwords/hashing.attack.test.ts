import { lookup } from "node:dns/promises";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import type { Worker } from "node:worker_threads";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { hashPassword, verifyPassword } from "../../../../../process/argon2id.ts";
import type { AppError } from "../../base/errors.ts";
import { createHashing, type Hashing, startHashingWorker } from "./hashing.ts";

let hashing: Hashing;
let workers: Worker[] = [];
afterEach(() => hashing.close());
beforeEach(() => {
  workers = [];
});

const startWorker = () => {
  const worker = startHashingWorker();
  workers.push(worker);
  return worker;
};

/** Resolves when the worker has ended, at once if it ended before. */
async function ended(worker: Worker | undefined): Promise<void> {
  if (worker !== undefined && worker.threadId !== -1) await once(worker, "exit");
}

const stranger = (index: number) => ({ source: `198.51.100.${index}`, trusted: false });
const colleague = { source: "192.0.2.1", trusted: true };
const hashFor = (caller: typeof colleague) =>
  hashing.turn(caller, (derive) => hashPassword("a guess", derive));

/** Simulates five passwords from each of 80 addresses. Returns the number of refusals and the time of each hash. */
function flood() {
  const order: number[] = [];
  const refusals: AppError[] = [];
  const all = Array.from({ length: 400 }, (_, index) =>
    hashFor(stranger(index % 80)).then(
      () => void order.push(index % 80),
      (error: AppError) => void refusals.push(error),
    ),
  );
  return { order, refusals, done: Promise.all(all) };
}

describe("a flood of passwords", () => {
  it("delays no file access, no DNS lookup and no other user, and is refused at once beyond the queue", async () => {
    hashing = createHashing({ threads: 1 });
    const { refusals, done, order } = flood();
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(refusals.length).toBeGreaterThanOrEqual(400 - 32 - 1);
    expect(refusals[0]).toMatchObject({ code: "LOGIN_BUSY", status: 503, headers: { "Retry-After": "5" } });
    const hashedBefore = (work: Promise<unknown>) => work.then(() => order.length);
    const [file, name, password] = await Promise.all([
      hashedBefore(readFile(import.meta.filename)),
      hashedBefore(lookup("localhost")),
      hashedBefore(hashFor(colleague)),
    ]);
    expect(password).toBeLessThanOrEqual(3);
    await done;
    expect(Math.max(file, name)).toBeLessThan(order.length / 2);
    expect(order.length + refusals.length).toBe(400);
  });

  it("from one address leaves turns for other addresses", async () => {
    hashing = createHashing({ threads: 1 });
    const order: string[] = [];
    const ask = (name: string, index: number) => hashFor(stranger(index)).then(() => void order.push(name));
    const first = Array.from({ length: 4 }, () => ask("attacker", 1));
    await Promise.all([...first, ask("other", 2)]);
    expect(order.indexOf("other")).toBeLessThanOrEqual(2);
    const refused = Array.from({ length: 12 }, () => hashFor(stranger(1)).catch(({ code }) => code));
    expect((await Promise.all(refused)).filter((answer) => answer === "LOGIN_BUSY").length).toBeGreaterThan(
      0,
    );
  });
});

describe("hashing", () => {
  it("starts no thread before the first password, and a new one after a thread that rested has ended", async () => {
    hashing = createHashing({ threads: 1, idleMs: 1, startWorker });
    expect(workers).toHaveLength(0);
    const hash = await hashing.turn(colleague, (derive) => hashPassword("a quiet river", derive));
    expect(workers).toHaveLength(1);
    await ended(workers[0]);
    const fits = (password: string) =>
      hashing.turn(colleague, (derive) => verifyPassword(hash, password, derive));
    expect(await fits("a quiet river")).toBe(true);
    expect(workers).toHaveLength(2);
    expect(await fits("a loud river")).toBe(false);
  });

  it("starts a new thread when one has ended between two passwords", async () => {
    hashing = createHashing({ threads: 1, startWorker });
    await hashFor(colleague);
    await workers[0]?.terminate();
    expect(await hashFor(colleague)).toMatch(/^\$argon2id/);
    expect(workers).toHaveLength(2);
  });

  it("fails a password whose thread ends meanwhile, and continues with the next", async () => {
    hashing = createHashing({ threads: 1, startWorker });
    await hashFor(colleague);
    const failing = hashFor(colleague);
    await Promise.resolve();
    void workers[0]?.terminate();
    await expect(failing).rejects.toThrow("the thread that hashes passwords has ended");
    expect(await hashFor(colleague)).toMatch(/^\$argon2id/);
  });

  it("refuses a request that has had no turn within the longest wait, while the one before continues", async () => {
    hashing = createHashing({ threads: 1, longestWaitMs: 20 });
    const turn = Promise.withResolvers<void>();
    const first = hashing.turn(colleague, () => turn.promise);
    const waiting = Array.from({ length: 8 }, () => hashFor(stranger(1)));
    for (const refused of await Promise.allSettled(waiting))
      expect(refused).toMatchObject({ status: "rejected", reason: { code: "LOGIN_BUSY" } });
    turn.resolve();
    await first;
    expect(await hashFor(stranger(1))).toMatch(/^\$argon2id/);
  });

  it("reports parameters that argon2id does not accept, and continues", async () => {
    hashing = createHashing({ threads: 1 });
    const wrong = {
      message: "x",
      nonce: Buffer.alloc(16),
      memory: 1,
      passes: 1,
      parallelism: 1,
      tagLength: 32,
    };
    await expect(hashing.turn(colleague, (derive) => derive(wrong))).rejects.toThrow(/^argon2id: /);
    expect(await hashFor(colleague)).toMatch(/^\$argon2id/);
  });
});
