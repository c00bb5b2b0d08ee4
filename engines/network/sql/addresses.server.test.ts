import pg from "pg";
import { afterAll, beforeAll, beforeEach, describe, expect, it } from "vitest";
import { type Postgres, startPostgres, withClient } from "../../../harness/services/postgres.ts";
import { Prefix } from "../src/ipam/blocks/prefix.ts";
import { FreeSpace } from "../src/ipam/space/free-space.ts";
import { type AddressBook, addressBook, refusal } from "./testing/address-book.ts";
import { createNetworkSchema, type NetworkSchema } from "./testing/network-schema.ts";

describe.each([15, 18] as const)("on PostgreSQL %i", (version) => {
  let postgres: Postgres;
  let schema: NetworkSchema;
  let client: pg.Client;
  let book: AddressBook;
  let vrf: string;
  let vrfs = 0;

  beforeAll(async () => {
    postgres = await startPostgres({ version });
    schema = await createNetworkSchema(postgres);
    client = new pg.Client(schema.application);
    await client.connect();
    book = addressBook(client);
  });
  beforeEach(async () => {
    vrfs += 1;
    vrf = await book.vrf(`vrf ${vrfs}`);
  });
  afterAll(async () => {
    await client?.end();
    await schema?.[Symbol.asyncDispose]();
    await postgres?.[Symbol.asyncDispose]();
  });

  describe("the migration", () => {
    it("needs no extension, because its owner may not install one", async () => {
      await withClient(schema.migrator, async (migrator) => {
        expect(await refusal(migrator.query("CREATE EXTENSION btree_gist"))).toMatch(/^42501/);
        const { rows } = await migrator.query("SELECT extname FROM pg_extension");
        expect(rows).toEqual([{ extname: "plpgsql" }]);
      });
    });

    it("leaves functions that work for any caller and any search path", async () => {
      await book.prefix(vrf, "10.0.0.0/24", "pool");
      await book.pool(vrf, "10.0.0.0", "10.0.0.9");
      await withClient(schema.superuser, async (superuser) => {
        await superuser.query(
          `INSERT INTO ${schema.name}.ip_addresses (vrf_id, address) VALUES ($1, '10.0.0.1')`,
          [vrf],
        );
        await superuser.query(`DELETE FROM ${schema.name}.ip_addresses WHERE vrf_id = $1`, [vrf]);
      });
      expect(await book.addresses(vrf)).toEqual([]);
    });
  });

  describe("prefixes of a VRF", () => {
    const held: readonly [string, string][] = [
      ["10.0.0.0/8", "container"],
      ["10.1.0.0/16", "container"],
      ["10.1.1.0/24", "subnet"],
      ["10.1.2.0/24", "pool"],
      ["2001:db8::/32", "container"],
      ["2001:db8:0:1::/64", "subnet"],
    ];
    beforeEach(async () => {
      for (const [network, kind] of held) await book.prefix(vrf, network, kind);
    });

    it.each([
      ["a child under a leaf", "10.1.1.128/25", "subnet", "prefixes_nothing_in_a_leaf"],
      ["a container under a leaf", "10.1.1.0/25", "container", "prefixes_nothing_in_a_leaf"],
      ["one address under a pool", "10.1.2.7/32", "subnet", "prefixes_nothing_in_a_leaf"],
      ["a leaf around a leaf", "10.1.0.0/22", "subnet", "prefixes_nothing_in_a_leaf"],
      ["a leaf around a container", "10.0.0.0/7", "pool", "prefixes_nothing_in_a_leaf"],
      ["a child under a leaf of IPv6", "2001:db8:0:1:8000::/65", "pool", "prefixes_nothing_in_a_leaf"],
      ["a container twice", "10.1.0.0/16", "container", "prefixes_network_once"],
      ["a leaf where the container is", "10.1.0.0/16", "subnet", "prefixes_network_once"],
      ["a leaf twice", "10.1.1.0/24", "subnet", "prefixes_network_once"],
      ["another kind", "10.9.0.0/16", "site", "prefixes_kind_check"],
    ])("refuse %s", async (_, network, kind, constraint) => {
      expect(await refusal(book.prefix(vrf, network, kind))).toBe(constraint);
    });

    it.each([
      ["a container between two", "10.1.0.0/20", "container"],
      ["a container around all", "0.0.0.0/0", "container"],
      ["a leaf beside the leaves", "10.1.3.0/24", "subnet"],
      ["a leaf in a container of two levels up", "10.2.0.0/24", "pool"],
      ["the other family's whole space", "::/0", "container"],
    ])("take %s", async (_, network, kind) => {
      expect(await refusal(book.prefix(vrf, network, kind))).toMatch(/^done/);
    });

    it("are free to overlap those of another VRF", async () => {
      const other = await book.vrf(`other of ${vrf}`);
      for (const [network, kind] of held) await book.prefix(other, network, kind);
      await book.prefix(other, "10.1.0.0/22", "container");
      await book.address(vrf, "10.1.1.7/24");
      await book.address(other, "10.1.1.7/24");
      expect([await book.addresses(vrf), await book.addresses(other)]).toEqual([["10.1.1.7"], ["10.1.1.7"]]);
    });

    it("remain consistent when one is changed", async () => {
      const change = (set: string, network: string) =>
        refusal(
          client.query(`UPDATE prefixes SET ${set} WHERE vrf_id = $1 AND network = $2`, [vrf, network]),
        );
      expect(await change("kind = 'subnet'", "10.1.0.0/16")).toBe("prefixes_nothing_in_a_leaf");
      expect(await change("network = '10.1.0.0/22'", "10.1.1.0/24")).toBe("prefixes_nothing_in_a_leaf");
      await book.address(vrf, "10.1.1.200/24");
      expect(await change("kind = 'container'", "10.1.1.0/24")).toBe("ip_addresses_in_a_leaf");
      expect(await change("network = '10.1.1.0/25'", "10.1.1.0/24")).toBe("ip_addresses_in_a_leaf");
      expect(await change("network = '10.1.1.192/26'", "10.1.1.0/24")).toMatch(/^done/);
      expect(
        await refusal(
          client.query("DELETE FROM prefixes WHERE vrf_id = $1 AND network = '10.1.1.192/26'", [vrf]),
        ),
      ).toBe("ip_addresses_leaf");
    });
  });

  describe("an address", () => {
    beforeEach(async () => {
      await book.prefix(vrf, "10.0.0.0/8", "container");
      await book.prefix(vrf, "10.0.0.0/24", "subnet");
      await book.prefix(vrf, "10.0.1.0/24", "pool");
      await book.prefix(vrf, "10.0.2.0/31", "subnet");
      await book.prefix(vrf, "2001:db8::/64", "subnet");
      await book.prefix(vrf, "2001:db8:0:1::/127", "subnet");
    });

    it.each(["10.0.0.7/24", "10.0.0.7/32", "10.0.0.7", "10.0.0.7/8"])(
      "exists once for any mask: not again as %s",
      async (again) => {
        await book.address(vrf, "10.0.0.7/24");
        expect(await refusal(book.address(vrf, again))).toBe("ip_addresses_host_once");
      },
    );

    it.each([
      ["in no prefix", "192.0.2.1/24", "ip_addresses_in_a_leaf"],
      ["in a container only", "10.9.0.1/24", "ip_addresses_in_a_leaf"],
      ["that is the subnet's network address", "10.0.0.0/24", "ip_addresses_assignable"],
      ["that is the broadcast", "10.0.0.255/24", "ip_addresses_assignable"],
      ["that is the routers' anycast", "2001:db8::/64", "ip_addresses_assignable"],
    ])("is refused %s", async (_, address, constraint) => {
      expect(await refusal(book.address(vrf, address))).toBe(constraint);
    });

    it("belongs to the leaf that contains it, and cannot be moved to another by hand", async () => {
      await book.address(vrf, "10.0.0.7/24");
      const elsewhere = client.query(
        `UPDATE ip_addresses SET prefix_id = p.id, prefix_network = p.network, prefix_kind = p.kind
           FROM prefixes p WHERE p.vrf_id = $1 AND p.network = '10.0.1.0/24' AND ip_addresses.vrf_id = $1`,
        [vrf],
      );
      expect(await refusal(elsewhere)).toBe("ip_addresses_within_the_leaf");
      const pretended = client.query("UPDATE ip_addresses SET prefix_kind = 'pool' WHERE vrf_id = $1", [vrf]);
      expect(await refusal(pretended)).toBe("ip_addresses_leaf");
    });

    it.each([
      ["first of a pool", "10.0.1.0"],
      ["last of a pool", "10.0.1.255"],
      ["first of a /31", "10.0.2.0/31"],
      ["last of a /31", "10.0.2.1/31"],
      ["last of an IPv6 subnet", "2001:db8::ffff:ffff:ffff:ffff/64"],
      ["first of a /127", "2001:db8:0:1::/127"],
    ])("may be the %s", async (_, address) => {
      expect(await refusal(book.address(vrf, address))).toMatch(/^done/);
    });
  });

  describe("a pool", () => {
    beforeEach(async () => {
      await book.prefix(vrf, "10.0.0.0/24", "subnet");
      await book.prefix(vrf, "10.0.1.0/24", "pool");
      await book.prefix(vrf, "255.255.255.0/24", "pool");
      await book.prefix(vrf, "2001:db8::/64", "subnet");
    });

    it.each([
      ["from its last address to its first", "10.0.0.9", "10.0.0.5", "pools_first_to_last"],
      ["in no leaf", "10.9.0.1", "10.9.0.9", "pools_in_a_leaf"],
      ["across two leaves", "10.0.0.9", "10.0.1.9", "pools_within_the_leaf"],
      ["with the subnet's own address", "10.0.0.0", "10.0.0.9", "pools_assignable"],
      ["with the broadcast", "10.0.0.9", "10.0.0.255", "pools_assignable"],
      ["over another pool", "10.0.1.9", "10.0.1.20", "pools_apart"],
      ["with a mask", "10.0.0.1/24", "10.0.0.9", "host_address_without_mask"],
    ])("is refused %s", async (_, first, last, constraint) => {
      await book.pool(vrf, "10.0.1.0", "10.0.1.9");
      expect(await refusal(book.pool(vrf, first, last))).toBe(constraint);
    });

    it("gives the lowest free address, skips those written by hand, and gives released ones again", async () => {
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.9");
      await book.address(vrf, "10.0.0.2/24");
      expect(await book.allocate(pool, 3)).toEqual(["10.0.0.1", "10.0.0.3", "10.0.0.4"]);
      await book.release(vrf, "10.0.0.3");
      await book.release(vrf, "10.0.0.2");
      expect(await book.allocate(pool)).toEqual(["10.0.0.2"]);
      expect(await book.allocate(pool, 2)).toEqual(["10.0.0.3", "10.0.0.5"]);
    });

    it("gives a lower address again when it was moved away", async () => {
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.9");
      await book.allocate(pool, 4);
      await client.query(
        "UPDATE ip_addresses SET address = '10.0.1.1' WHERE vrf_id = $1 AND host = '10.0.0.2'",
        [vrf],
      );
      expect(await book.allocate(pool, 2)).toEqual(["10.0.0.2", "10.0.0.5"]);
    });

    it("gives all requested addresses or none, and reports the free number", async () => {
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.4");
      await book.address(vrf, "10.0.0.2/24");
      await expect(book.allocate(pool, 4)).rejects.toMatchObject({
        constraint: "pools_exhausted",
        message:
          "expected 4 free addresses in the pool 10.0.0.1 to 10.0.0.4; found 3: enlarge the pool or release addresses",
      });
      expect(await book.addresses(vrf)).toEqual(["10.0.0.2"]);
      expect(await book.allocate(pool, 0)).toEqual([]);
      expect(await book.allocate(pool, 3)).toEqual(["10.0.0.1", "10.0.0.3", "10.0.0.4"]);
      expect(await refusal(book.allocate(pool))).toBe("pools_exhausted");
    });

    it("starts at its begin again when it is enlarged", async () => {
      const pool = await book.pool(vrf, "10.0.0.5", "10.0.0.6");
      await book.allocate(pool, 2);
      await client.query(
        "UPDATE pools SET first_address = '10.0.0.4', last_address = '10.0.0.7' WHERE id = $1",
        [pool],
      );
      expect(await book.allocate(pool, 2)).toEqual(["10.0.0.4", "10.0.0.7"]);
    });

    it("ends with the last address of the family", async () => {
      const pool = await book.pool(vrf, "255.255.255.254", "255.255.255.255");
      expect(await book.allocate(pool, 2)).toEqual(["255.255.255.254", "255.255.255.255"]);
      expect(await refusal(book.allocate(pool))).toBe("pools_exhausted");
    });

    it("of 2^64 - 1 addresses gives the first at once", async () => {
      const pool = await book.pool(vrf, "2001:db8::1", "2001:db8::ffff:ffff:ffff:ffff");
      expect(await book.allocate(pool, 2)).toEqual(["2001:db8::1", "2001:db8::2"]);
    });

    it("that does not exist is refused with its constraint", async () => {
      expect(await refusal(book.allocate("00000000-0000-0000-0000-000000000000"))).toBe("pools_pkey");
    });
  });

  describe("16 clients at once", () => {
    const clients: pg.Client[] = [];
    const books: AddressBook[] = [];
    beforeAll(async () => {
      for (let count = 0; count < 16; count += 1) {
        // A wait for a lock that is never released must fail with an error.
        clients.push(new pg.Client({ ...schema.application, lock_timeout: 10_000 }));
      }
      await Promise.all(clients.map((each) => each.connect()));
      books.push(...clients.map(addressBook));
    });
    afterAll(() => Promise.all(clients.map((each) => each.end())));
    const all = <Result>(work: (book: AddressBook, index: number) => Promise<Result>) =>
      Promise.all(books.map(work));
    const upTo = (count: number) => Array.from({ length: count }, (_, index) => `10.0.0.${index + 1}`);

    it("get distinct addresses from one pool, and none is lost", async () => {
      await book.prefix(vrf, "10.0.0.0/24", "subnet");
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.254");
      const given = await all(async (each) => {
        const own: string[] = [];
        for (let turn = 0; turn < 15; turn += 1) own.push(...(await each.allocate(pool)));
        return own;
      });
      expect(new Set(given.flat()).size).toBe(240);
      expect(await book.addresses(vrf)).toEqual(upTo(240));
      const late = await all((each) => refusal(each.allocate(pool)));
      expect(late.filter((answer) => answer === "pools_exhausted")).toHaveLength(2);
      expect(await book.addresses(vrf)).toEqual(upTo(254));
    });

    it("lose none while others release, write by hand and roll back", async () => {
      await book.prefix(vrf, "10.0.0.0/24", "pool");
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.160");
      await all(async (each, index) => {
        for (let turn = 0; turn < 10; turn += 1) {
          const [address = ""] = await each.allocate(pool);
          if (turn % 3 === 0) await each.release(vrf, address);
          if (turn % 3 === 1) await rolledBack(clients[index] as pg.Client, () => each.allocate(pool, 2));
          if (turn % 3 === 2) await refusal(each.address(vrf, `10.0.0.${1 + index + 16 * (turn % 5)}`));
        }
      });
      const held = await book.addresses(vrf);
      const rest = await book.allocate(pool, 160 - held.length);
      expect(new Set([...held, ...rest]).size).toBe(160);
      expect(await refusal(book.allocate(pool))).toBe("pools_exhausted");
    });

    it("that add the same prefix are refused with the constraint, all but one", async () => {
      const answers = await all((each) => refusal(each.prefix(vrf, "10.0.0.0/24", "subnet")));
      expect(answers.filter((answer) => answer.startsWith("done"))).toHaveLength(1);
      expect(answers.filter((answer) => answer === "prefixes_network_once")).toHaveLength(15);
    });

    it("that add overlapping leaves succeed once, without a deadlock", async () => {
      for (let round = 0; round < 10; round += 1) {
        const network = `10.${round}.0.0`;
        const answers = await all((each, index) =>
          refusal(each.prefix(vrf, `${network}/${16 + (index % 8)}`, "pool")),
        );
        const refusals = answers.filter((answer) => !answer.startsWith("done"));
        expect(refusals).toHaveLength(15);
        expect(new Set(refusals)).toEqual(new Set(["prefixes_nothing_in_a_leaf", "prefixes_network_once"]));
      }
    });

    it("cut distinct delegations from one container, computed by the engine under the lock of the VRF", async () => {
      const site = Prefix.parse("2001:db8::/44");
      await book.prefix(vrf, String(site), "container");
      const cut = async (each: pg.Client, own: AddressBook) => {
        await each.query("BEGIN");
        await each.query("SELECT FROM vrfs WHERE id = $1 FOR NO KEY UPDATE", [vrf]);
        const taken = await own.prefixesIn(vrf, String(site));
        const next = FreeSpace.of(site, taken.map(Prefix.parse)).nextPrefix(56);
        await own.prefix(vrf, String(next), "pool");
        await each.query("COMMIT");
        return String(next);
      };
      const given: string[] = [];
      for (let turn = 0; turn < 4; turn += 1) {
        given.push(...(await all((own, index) => cut(clients[index] as pg.Client, own))));
      }
      const lowest = Array.from({ length: 64 }, (_, index) => String(site.child(56, BigInt(index))));
      expect(given.toSorted()).toEqual(lowest.toSorted());
    });

    it("do not wait for a transaction that changes the prefixes of their VRF", async () => {
      await book.prefix(vrf, "10.0.0.0/24", "subnet");
      const pool = await book.pool(vrf, "10.0.0.1", "10.0.0.16");
      await rolledBack(client, async () => {
        await book.prefix(vrf, "10.0.1.0/24", "subnet");
        await all(async (each, index) => {
          // Like a foreign key to the VRF.
          await clients[index]?.query("SELECT FROM vrfs WHERE id = $1 FOR KEY SHARE", [vrf]);
          await each.allocate(pool);
        });
      });
      expect(await book.addresses(vrf)).toEqual(upTo(16));
    });
  });
});

async function rolledBack(client: pg.Client, work: () => Promise<unknown>): Promise<void> {
  await client.query("BEGIN");
  // A pool that is empty at this moment refuses, which is not a fault here.
  await refusal(work());
  await client.query("ROLLBACK");
}
