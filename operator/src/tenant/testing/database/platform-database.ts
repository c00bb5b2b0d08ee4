import {
  createDatabase,
  type PostgresConnection,
  type TestDatabase,
} from "../../../../../harness/services/postgres.ts";
import { connectPostgres, type Postgres } from "../../../clients/postgres/postgres.ts";
import { startPlatform } from "../../start-platform.ts";

/** A database for one test with the platform's tables, and the operator's connection. */
export interface PlatformDatabase extends AsyncDisposable {
  readonly postgres: Postgres;
  readonly epoch: number;
  readonly database: TestDatabase;
}

/** Creates one on a running server. */
export async function platformDatabase(connection: PostgresConnection): Promise<PlatformDatabase> {
  await using opened = new AsyncDisposableStack();
  const database = opened.use(await createDatabase(connection));
  const postgres = opened.use(operatorsPostgres(connection, database));
  const epoch = await startPlatform(postgres, "test-pod");
  const resources = opened.move();
  return { postgres, epoch, database, [Symbol.asyncDispose]: () => resources.disposeAsync() };
}

/** The operator's connection to a database of a running server. */
export function operatorsPostgres(
  connection: PostgresConnection,
  { name }: Pick<TestDatabase, "name">,
): Postgres {
  const { operator } = connection.passwords;
  return connectPostgres({
    host: connection.host,
    port: connection.port,
    database: name,
    user: "dotmac_operator",
    password: async () => operator,
    ca: () => connection.ca,
  });
}
