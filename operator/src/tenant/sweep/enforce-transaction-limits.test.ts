import { expect, it } from "vitest";
import { transactionLimits } from "./enforce-transaction-limits.ts";

it("gives a migrator an app's time for a transaction while multixacts are held, and an hour otherwise", () => {
  const vacuumAge = 20_000_000;
  expect(transactionLimits({ age: 2 * vacuumAge, vacuumAge })).toEqual({ app: 120, migrator: 3_600 });
  expect(transactionLimits({ age: 2 * vacuumAge + 1, vacuumAge })).toEqual({ app: 120, migrator: 120 });
});
