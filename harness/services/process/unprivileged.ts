const nobody = 65_534;

/** Who owns a server's files: nobody when the tests run as root, which PostgreSQL and PgBouncer refuse to be. */
export const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;

/**
 * The command as it is run: unchanged, or as nobody when the tests run as root. The right to read every file
 * stays, because a checkout below a home directory is closed to others.
 */
export function unprivileged(command: readonly string[]): readonly string[] {
  if (owner === undefined) return command;
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  const capabilities = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
  return ["setpriv", ...identity, ...capabilities, ...command];
}
