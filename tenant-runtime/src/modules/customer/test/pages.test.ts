import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { withClient } from "../../../../../harness/services/postgres.ts";
import { type ServedTenant, serveTenant } from "../../../../test/testing/clients/serve-tenant.ts";
import type { Staff } from "../../../../test/testing/clients/staff.ts";
import type { TestTenant } from "../../../../test/testing/process/test-tenant.ts";
import { customerListing } from "../listing.ts";

const { orders } = customerListing({ country: "FR", encryption: undefined as never });

let tenant: TestTenant;
let admin: Staff;

let served: ServedTenant;
beforeAll(async () => {
  served = await serveTenant();
  ({ tenant, admin } = served);
});
afterAll(() => served?.[Symbol.asyncDispose]());

async function create(name: string): Promise<string> {
  const answer = await admin.call("POST", "/customers", { type: "person", name });
  return answer.body.data.id;
}

async function empty(): Promise<void> {
  await withClient(tenant.database.superuser, (client) =>
    client.query(`DELETE FROM t_${tenant.id}.customers`),
  );
}

// Few different names, so that many customers have the same position in the order.
const names = fc.constantFrom("Ada", "ada", "Åda", "Bo", "Zoé");

describe("the pages of a list", () => {
  it("hold each customer that existed at the start once, while others are created", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(names, { minLength: 1, maxLength: 12 }),
        fc.array(names, { maxLength: 6 }),
        fc.integer({ min: 1, max: 5 }),
        fc.constantFrom(...orders),
        async (present, coming, limit, sort) => {
          await empty();
          const there = await Promise.all(present.map(create));
          const seen: string[] = [];
          let path: string | undefined = `/customers?limit=${limit}&sort=${sort}`;
          while (path !== undefined) {
            const page = await admin.call("GET", path);
            expect(page.body.data.length).toBeLessThanOrEqual(limit);
            seen.push(...page.body.data.map(({ id }: { id: string }) => id));
            const next = coming.pop();
            if (next !== undefined) await create(next);
            path = page.body.links.next?.replace("/api/v1", "");
          }
          expect(new Set(seen).size).toBe(seen.length);
          expect(there.filter((id) => !seen.includes(id))).toEqual([]);
        },
      ),
      { numRuns: 25 },
    );
  });

  it.each([
    ["name", ["Ada", "Åda", "Bo", "Zoé"]],
    ["-name", ["Zoé", "Bo", "Åda", "Ada"]],
    ["createdAt", ["Zoé", "Ada", "Bo", "Åda"]],
    ["-accountNumber", ["Åda", "Bo", "Ada", "Zoé"]],
  ])("sorted by %s are in that order", async (sort, expected) => {
    await empty();
    for (const name of ["Zoé", "Ada", "Bo", "Åda"]) await create(name);
    const { body } = await admin.call("GET", `/customers?sort=${sort}`);
    const found = body.data.map(({ attributes }: { attributes: { name: string } }) => attributes.name);
    // Ada and Åda have the same position among the names: their order does not matter.
    const place = (name: string) => (sort.includes("name") ? name.replace("Å", "A") : name);
    expect(found.map(place)).toEqual(expected.map(place));
  });

  it("keep every parameter of the request, also after a second question mark", async () => {
    await empty();
    for (const turn of [1, 2, 3]) await create(`Who? ${turn}`);
    const first = await admin.call("GET", "/customers?search=Who?&status=prospect&limit=1&sort=name");
    const { searchParams } = new URL(first.body.links.next, "https://x");
    searchParams.delete("cursor");
    expect(Object.fromEntries(searchParams)).toEqual({
      search: "Who?",
      status: "prospect",
      limit: "1",
      sort: "name",
    });
  });

  it("cannot be continued in another order", async () => {
    await empty();
    for (const name of ["A", "B"]) await create(name);
    const first = await admin.call("GET", "/customers?limit=1&sort=name");
    const next = new URL(first.body.links.next, "https://x").searchParams.get("cursor");
    const answer = await admin.call("GET", `/customers?limit=1&sort=-name&cursor=${next}`);
    expect(answer.status).toBe(422);
    expect(answer.body.error.details[0]).toMatchObject({ in: "query", field: "cursor" });
  });
});
