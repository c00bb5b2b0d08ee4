import { describe, expect, it } from "vitest";
import { systemClock } from "../../../../process/clock.ts";
import { linearPasses, mostPasses } from "../../../test/testing/inputs/linear-passes.ts";
import { countedNetworks } from "./limits-address.ts";
import { localKeys, localWindow } from "./limits-window.ts";

const minute = { limit: 2, seconds: 60 };
const addressOf = (index: number) => `198.${(index >> 16) & 255}.${(index >> 8) & 255}.${index & 255}`;

describe("a flood from many addresses while each replica counts for itself", () => {
  it("costs the same time per request for any number of addresses, and still counts the other clients", async () => {
    const count = localWindow(systemClock);
    for (let index = 0; index < 2 * localKeys; index += 1)
      await count([{ ...minute, key: addressOf(index) }]);
    let next = 2 * localKeys;
    const more = () => {
      for (const last = next + localKeys; next < last; next += 1)
        void count([{ ...minute, key: addressOf(next) }]);
    };
    expect(linearPasses(more)).toBeLessThan(mostPasses);
    const honest = [{ ...minute, key: "192.0.2.1" }];
    const answers = [await count(honest), await count(honest), await count(honest)];
    expect(answers.map(({ allowed }) => allowed)).toEqual([true, true, false]);
  });
});

describe("one IPv6 /48", () => {
  it("has four times the limit of one client, though it is 65,536 networks", async () => {
    const count = localWindow(systemClock);
    let allowed = 0;
    for (let index = 0; index < 300; index += 1) {
      const address = `2001:db8:5:${((index * 257) & 0xffff).toString(16)}::1`;
      const windows = countedNetworks(address).map(({ name, shares }) => ({
        ...minute,
        key: name,
        limit: minute.limit * shares,
      }));
      if ((await count(windows)).allowed) allowed += 1;
    }
    expect(allowed).toBe(minute.limit * 4);
    const other = countedNetworks("2001:db8:6::1").map(({ name }) => ({ ...minute, key: name }));
    expect((await count(other)).allowed).toBe(true);
  });
});
