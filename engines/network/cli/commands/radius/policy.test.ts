import { describe, expect, it } from "vitest";
import { run } from "../../../../base/cli/testing/run.ts";
import { network } from "../../program.ts";

const policy = (terms: object) =>
  run(network, "policy", { policy: terms, nas: { vendor: "mikrotik", shaping: { kind: "rates" } } });

describe("a policy that is given as a rate limit", () => {
  it("is written back unchanged", () => {
    const rateLimit = "10M/50M 20M/80M 8M/40M 8/16 5 512k/5M";
    expect(policy({ rateLimit }).attributes).toContainEqual({
      name: "Mikrotik-Rate-Limit",
      value: rateLimit,
    });
  });

  it("is refused beside the same speeds and when it is invalid", () => {
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

describe("a policy without a limit in either direction", () => {
  it.each(["ppp", "ipoe"])("tells no vendor a speed, by %s", (access) => {
    for (const vendor of ["mikrotik", "wispr", "huawei"]) {
      const on = (policy: object) =>
        run(network, "policy", { policy, nas: { vendor, shaping: { kind: "rates" } } });
      const unlimited = on({ access, rateLimit: "0/0" });
      expect(unlimited.unsupported).toEqual([]);
      expect(unlimited).toEqual(on({ access }));
      expect(on({ access, speed: { up: 0, down: 0 } }).faults).toEqual([
        expect.stringMatching(/^policy\.speed: .*which is no limit: leave it out/),
      ]);
    }
  });
});

describe("a rate limit that no NAS can apply", () => {
  it.each([
    [
      "10M/50M 20M/10M",
      "the speed of at most the burst speed, down 10000000 and up 20000000; found down 50000000",
    ],
    ["10M/50M 20M/80M 0/0", "a burst threshold up, of at least 1 bit/s; found 0: write the average"],
    ["0/0 20M/80M", "a speed beside burst, guaranteed speed and priority; found none: write the speed too"],
    ["1M 0 0 0 8 2M", "the guaranteed speed of at most the speed, down 1000000"],
  ])("is a fault of the rate limit: %s", (rateLimit, message) => {
    expect(policy({ rateLimit }).faults).toEqual([
      expect.stringMatching(/^policy\.rateLimit: expected .* \(as rateLimit was read, in bit\/s\)$/),
    ]);
    expect(policy({ rateLimit }).faults[0]).toContain(message);
  });

  it("is a fault of the other term beside the rate limit", () => {
    const guaranteed = { down: 2_000_000, up: 1 };
    expect(policy({ rateLimit: "1M", guaranteed }).faults).toEqual([
      expect.stringMatching(
        /^policy\.guaranteed: expected the guaranteed speed of at most .*lower .* or raise the speed$/,
      ),
    ]);
    const speed = { down: 5, up: 5 };
    expect(policy({ speed, guaranteed }).faults[0]).toMatch(/^policy\.guaranteed: /);
    const burst = { speed: { down: 4, up: 9 }, threshold: speed, seconds: speed };
    expect(policy({ speed, burst }).faults[0]).toMatch(
      /^policy\.burst\.speed: expected the speed of at most/,
    );
    const low = { ...burst, speed: { down: 9, up: 9 }, threshold: { down: 0, up: 1 } };
    expect(policy({ speed, burst: low }).faults[0]).toMatch(/^policy\.burst\.threshold\.down: /);
    const endless = { ...burst, speed: { down: 9, up: 9 }, seconds: { down: 0, up: 1 } };
    expect(policy({ speed, burst: endless }).faults[0]).toMatch(/^policy\.burst\.seconds: /);
  });
});

describe("a policy that is given as the attributes of a NAS", () => {
  const attributes = [
    { name: "Huawei-Output-Average-Rate", value: 50_000_000 },
    { name: "Huawei-Output-Peak-Rate", value: 50_000_000 },
  ];
  const told = { vendor: "huawei", shaping: { kind: "rates" }, attributes };

  it("is written for another vendor, without a limit in a direction that has none", () => {
    expect(policy({ told }).attributes).toContainEqual({ name: "Mikrotik-Rate-Limit", value: "0/50M" });
  });

  it("is refused beside the same speeds and when it is invalid", () => {
    expect(policy({ told, speed: { down: 5, up: 5 } }).faults).toEqual([
      "policy.told: expected the speeds once; found speed and a told that has it too: leave one of them out",
    ]);
    expect(policy({ told, rateLimit: "1M" }).faults).toEqual([
      "policy.told: expected the speeds once; found rateLimit and told: leave one of them out",
    ]);
    expect(policy({ told: { ...told, shaping: { kind: "none" } } }).faults[0]).toMatch(
      /^policy\.told: expected shaping by rates, profile for huawei; found none/,
    );
    expect(policy({ told: { ...told, shaping: { kind: "services", services: [] } } }).faults[0]).toMatch(
      /^policy\.told\.shaping\.kind: expected shaping by none, rates, profile for huawei; found services/,
    );
  });
});

describe("a policy that its NAS cannot express", () => {
  const nas = { vendor: "huawei", shaping: { kind: "rates" } };
  const fast = { speed: { down: 5_000_000_000, up: 1 } };
  const usual = { speed: { down: 5_000_000, up: 1 } };
  const session = { userName: "anna", sessionId: "1" };
  const faultOf = (input: object) => run(network, "policy", { nas, ...input }).faults[0];

  it("is refused with the missing fields of a burst", () => {
    const speed = { down: 50_000_000, up: 10_000_000 };
    const burst = { speed: { down: 80_000_000, up: 16_000_000 } };
    expect(run(network, "policy", { policy: { speed, burst }, nas: { vendor: "mikrotik" } }).faults).toEqual([
      'policy.burst.threshold: expected an object with the fields down, up; found nothing: write the average below which the burst goes on, such as {"down": 40000000, "up": 8000000}',
      'policy.burst.seconds: expected an object with the fields down, up; found nothing: write over how many seconds the average is taken, such as {"down": 8, "up": 8}',
    ]);
  });

  it("is refused at its path", () => {
    expect(faultOf({ policy: fast })).toMatch(/^policy\.speed: expected at most 4294967295 bit/);
    expect(faultOf({ policy: usual, live: { before: fast, session } })).toMatch(
      /^live\.before\.speed: expected at most 4294967295 bit/,
    );
  });

  it("is refused with an insufficient session, at its path", () => {
    const live = { before: { ...usual, sessionSeconds: 60 }, session: { userName: "anna" } };
    expect(faultOf({ policy: usual, live })).toMatch(/^live\.session: expected /);
  });
});
