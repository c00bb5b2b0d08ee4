import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { images } from "../place/images.ts";
import { refuseToKeep } from "../place/new-place.ts";
import type { Place } from "../place/place.ts";
import { platformValues } from "../place/platform-values.ts";
import { processPlace } from "../place/process-place.ts";
import { wayHere } from "../place/way-here.ts";
import { type PostgresVersion, postgresBinaries } from "./postgres-binaries.ts";
import { dataDirectory, initdbSettings } from "./postgres-template.ts";

/** A place with a data directory in `data`, and the password of its superuser. */
export interface PostgresPlace {
  readonly place: Place;
  readonly superuserPassword: string;
}

/** @param keptIn a folder that keeps the data directory, and may already have one */
export async function postgresPlace(version: PostgresVersion, keptIn?: string): Promise<PostgresPlace> {
  if ((await wayHere()) === "processes") return inProcesses(version, keptIn);
  refuseToKeep(keptIn);
  return inContainer(version);
}

async function inProcesses(version: PostgresVersion, keptIn: string | undefined): Promise<PostgresPlace> {
  const binaries = await postgresBinaries(version);
  const program = ["sh", "-c", `${await limit()} && exec "$0" "$@"`, join(binaries.directory, "postgres")];
  const place = await processPlace({ name: `postgres-${version}`, program, keptIn });
  return { place, superuserPassword: await dataDirectory(binaries, place.directory) };
}

async function inContainer(version: PostgresVersion): Promise<PostgresPlace> {
  const { containerPlace } = await import("../place/container-place.ts");
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

/** The shell command that limits the memory of each server process, as in the platform chart; see postgres-start.sh. */
async function limit(): Promise<string> {
  const { postgres } = await platformValues();
  return `ulimit -d ${postgres.processMemoryMiB * 1_024}`;
}
