import type { ClientBase, DatabaseError } from "pg";

/** An address from a pool. */
interface Given {
  readonly address: string;
}

/** The statements of the tests, which the network module's repository will also use. */
export function addressBook(client: ClientBase) {
  const one = async <Row extends object>(text: string, values: readonly unknown[]): Promise<Row> => {
    const { rows } = await client.query<Row>(text, [...values]);
    const [row] = rows;
    if (row === undefined) throw new Error(`expected a row from ${text}`);
    return row;
  };
  return {
    async vrf(name: string): Promise<string> {
      return (await one<{ id: string }>("INSERT INTO vrfs (name) VALUES ($1) RETURNING id", [name])).id;
    },
    async prefix(vrf: string, network: string, kind: string): Promise<string> {
      const text = "INSERT INTO prefixes (vrf_id, network, kind) VALUES ($1, $2, $3) RETURNING id";
      return (await one<{ id: string }>(text, [vrf, network, kind])).id;
    },
    async prefixesIn(vrf: string, network: string): Promise<string[]> {
      const text = "SELECT network FROM prefixes WHERE vrf_id = $1 AND network << $2";
      const { rows } = await client.query<{ network: string }>(text, [vrf, network]);
      return rows.map((row) => row.network);
    },
    async pool(vrf: string, first: string, last: string): Promise<string> {
      const text = `INSERT INTO pools (name, vrf_id, first_address, last_address)
                    VALUES ($2::text || ' to ' || $3::text, $1, $2::inet, $3::inet) RETURNING id`;
      return (await one<{ id: string }>(text, [vrf, first, last])).id;
    },
    async address(vrf: string, address: string): Promise<void> {
      await client.query("INSERT INTO ip_addresses (vrf_id, address) VALUES ($1, $2)", [vrf, address]);
    },
    async release(vrf: string, host: string): Promise<void> {
      await one("DELETE FROM ip_addresses WHERE vrf_id = $1 AND host = $2 RETURNING id", [vrf, host]);
    },
    async allocate(pool: string, wanted = 1): Promise<string[]> {
      const text = "SELECT address FROM allocate_addresses($1, $2)";
      return (await client.query<Given>(text, [pool, wanted])).rows.map(({ address }) => address);
    },
    async addresses(vrf: string): Promise<string[]> {
      const text = "SELECT host AS address FROM ip_addresses WHERE vrf_id = $1 ORDER BY host";
      return (await client.query<Given>(text, [vrf])).rows.map(({ address }) => address);
    },
  };
}

export type AddressBook = ReturnType<typeof addressBook>;

/** The constraint that refused, or a description of another result. */
export async function refusal(work: Promise<unknown>): Promise<string> {
  try {
    return `done: ${JSON.stringify(await work)}`;
  } catch (error) {
    const { constraint, code, message } = error as Partial<DatabaseError>;
    return constraint ?? `${code}: ${message}`;
  }
}
