import { access } from "node:fs/promises";
import { canInstall, debianProgram } from "../../machine/debian-program.ts";

/** The server programs from Debian, with their paths and packages. */
const programs = {
  postgres15: ["/usr/lib/postgresql/15/bin/postgres", "postgresql-15"],
  pgbouncer: ["/usr/sbin/pgbouncer", "pgbouncer"],
  edge: ["/usr/sbin/haproxy", "haproxy"],
  redis: ["/usr/bin/redis-server", "redis-server"],
} as const;

export type ServerProgram = keyof typeof programs;

/** The path of a server's program. Installs its package if it is missing and this is allowed. */
export function serverProgram(name: ServerProgram): Promise<string> {
  const [path, packageName] = programs[name];
  return debianProgram(path, packageName);
}

/** The missing Debian packages that this process cannot install. */
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
