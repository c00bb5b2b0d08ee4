import { access } from "node:fs/promises";
import { canInstall, debianProgram } from "../../machine/debian-program.ts";

/** The server programs that come from Debian: where each is, and in which package. */
const programs = {
  postgres15: ["/usr/lib/postgresql/15/bin/postgres", "postgresql-15"],
  pgbouncer: ["/usr/sbin/pgbouncer", "pgbouncer"],
  redis: ["/usr/bin/redis-server", "redis-server"],
} as const;

export type ServerProgram = keyof typeof programs;

/** The path of a server's program, which is installed when it is missing and that is allowed. */
export function serverProgram(name: ServerProgram): Promise<string> {
  const [path, packageName] = programs[name];
  return debianProgram(path, packageName);
}

/** The Debian packages that are neither here nor can be installed by this process. */
export async function unobtainablePackages(): Promise<string[]> {
  if (await canInstall()) return [];
  const missing = await Promise.all(
    Object.values(programs).map(([path, packageName]) =>
      access(path).then(
        () => [],
        () => [packageName],
      ),
    ),
  );
  return missing.flat();
}
