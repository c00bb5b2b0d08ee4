import { lookup } from "node:dns/promises";
import { readFile } from "node:fs/promises";
import { afterEach, describe, expect, it } from "vitest";
import type { AppError } from "../errors.ts";
import { systemClock } from "./clock.ts";
import { createHashing, type Hashing } from "./hashing.ts";
import { hashPassword, verifyPassword } from "./password.ts";

let hashing: Hashing;
afterEach(() => hashing.close());

const stranger = (index: number) => ({ source: `198.51.100.${index}`, trusted: false });
const colleague = { source: "192.0.2.1", trusted: true };
const hashFor = (caller: typeof colleague) =>
  hashing.turn(caller, (derive) => hashPassword("a guess", derive));

/** As if 80 addresses sent five passwords each: gives how many were refused, and when each of the others was hashed. */
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

async function timed(work: () => Promise<unknown>): Promise<number> {
  const started = performance.now();
  await work();
  return performance.now() - started;
}

describe("a flood of passwords", () => {
  it("keeps no file, no DNS name and no colleague waiting, and is refused at once beyond what can wait", async () => {
    hashing = createHashing({ threads: 1, clock: systemClock });
    const alone = await timed(() => hashFor(colleague));
    const { refusals, done, order } = flood();
    await Promise.resolve();
    await new Promise(setImmediate);
    expect(refusals.length).toBeGreaterThanOrEqual(400 - 32 - 1);
    expect(refusals[0]).toMatchObject({ code: "LOGIN_BUSY", status: 503, headers: { "Retry-After": "5" } });
    const [file, name] = await Promise.all([
      timed(() => readFile(import.meta.filename)),
      timed(() => lookup("localhost")),
      hashFor(colleague),
    ]);
    expect(order.length, "hashed before the colleague's").toBeLessThanOrEqual(3);
    expect(Math.max(file, name)).toBeLessThan(Math.max(1_000, 5 * alone));
    await done;
    expect(order.length + refusals.length).toBe(400);
  });

  it("of one address leaves the others their turns", async () => {
    hashing = createHashing({ threads: 1, clock: systemClock });
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
  it("starts no thread before the first password, and one again after it has rested", async () => {
    hashing = createHashing({ threads: 1, clock: systemClock, idleMs: 1 });
    const hash = await hashing.turn(colleague, (derive) => hashPassword("a quiet river", derive));
    await new Promise((resolve) => setTimeout(resolve, 20));
    const fits = (password: string) =>
      hashing.turn(colleague, (derive) => verifyPassword(hash, password, derive));
    expect([await fits("a quiet river"), await fits("a loud river")]).toEqual([true, false]);
  });

  it("tells of parameters that argon2id does not take, and goes on", async () => {
    hashing = createHashing({ threads: 1, clock: systemClock });
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
