import { describe, expect, it } from "vitest";
import { run } from "../../../base/cli/testing/run.ts";
import { network } from "../program.ts";

const policy = (terms: object) =>
  run(network, "policy", { policy: terms, nas: { vendor: "mikrotik", shaping: { kind: "rates" } } });

describe("a policy that is given as a rate limit", () => {
  it("is written as it was read", () => {
    const rateLimit = "10M/50M 20M/80M 8M/40M 8/16 5 512k/5M";
    expect(policy({ rateLimit }).attributes).toContainEqual({
      name: "Mikrotik-Rate-Limit",
      value: rateLimit,
    });
  });

  it("says nothing twice, and is one", () => {
    const speed = { down: 5, up: 5 };
    expect(policy({ rateLimit: "1M", speed }).faults).toEqual([
      "policy.rateLimit: expected the speeds once; found speed and a rateLimit that has it too: leave one of them out",
    ]);
    expect(policy({ rateLimit: "fast" }).faults[0]).toMatch(
      /^policy\.rateLimit: expected a rate limit of RouterOS/,
    );
    expect(policy({ rateLimit: "1M", priority: 3 }).attributes).toContainEqual({
      ...{ name: "Mikrotik-Rate-Limit", value: "1M/1M 0/0 0/0 0/0 3" },
    });
  });
});

describe("a policy that its NAS cannot be told", () => {
  const nas = { vendor: "huawei", shaping: { kind: "rates" } };
  const fast = { speed: { down: 5_000_000_000, up: 1 } };
  const usual = { speed: { down: 5_000_000, up: 1 } };
  const session = { userName: "anna", sessionId: "1" };
  const faultOf = (input: object) => run(network, "policy", { nas, ...input }).faults[0];

  it("is refused at its path", () => {
    expect(faultOf({ policy: fast })).toMatch(/^policy: expected at most 4294967295 bit/);
    expect(faultOf({ policy: usual, live: { before: fast, session } })).toMatch(
      /^live\.before: expected at most 4294967295 bit/,
    );
  });

  it("has a session that is known well enough, at its path", () => {
    const live = { before: { ...usual, sessionSeconds: 60 }, session: { userName: "anna" } };
    expect(faultOf({ policy: usual, live })).toMatch(/^live\.session: expected /);
  });
});
