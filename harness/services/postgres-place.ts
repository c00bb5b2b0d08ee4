import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { images } from "./images.ts";
import type { Place } from "./place.ts";
import { platformValues } from "./platform-values.ts";
import { type PostgresVersion, postgresBinaries } from "./postgres-binaries.ts";
import { freshDataDirectory, initdbSettings } from "./postgres-template.ts";
import { processPlace } from "./process-place.ts";
import { wayHere } from "./way-here.ts";

/** A place whose server finds a fresh data directory in `data`, and the password of the superuser in it. */
export interface PostgresPlace {
  readonly place: Place;
  readonly superuserPassword: string;
}

export async function postgresPlace(version: PostgresVersion): Promise<PostgresPlace> {
  return (await wayHere()) === "processes" ? inProcesses(version) : inContainer(version);
}

async function inProcesses(version: PostgresVersion): Promise<PostgresPlace> {
  const binaries = await postgresBinaries(version);
  const program = ["sh", "-c", `${await limit()} && exec "$0" "$@"`, join(binaries.directory, "postgres")];
  const place = await processPlace(`postgres-${version}`, ...program);
  return { place, superuserPassword: await freshDataDirectory(binaries, place.directory) };
}

async function inContainer(version: PostgresVersion): Promise<PostgresPlace> {
  const { containerPlace } = await import("./container-place.ts");
  const initdb = ["initdb", "--pgdata=data", "--pwfile=password", ...initdbSettings].join(" ");
  const place = await containerPlace({
    image: images[`postgres${version}`],
    user: "postgres",
    program: ["sh", "-c", `${initdb} && ${await limit()} && exec postgres "$@"`, "postgres"],
  });
  const superuserPassword = randomBytes(24).toString("base64url");
  await place.write({ password: superuserPassword });
  return { place, superuserPassword };
}

/** Bounds the memory of each process of the server as the platform chart does, see postgres-start.sh. */
async function limit(): Promise<string> {
  const { postgres } = await platformValues();
  return `ulimit -d ${postgres.processMemoryMiB * 1_024}`;
}
