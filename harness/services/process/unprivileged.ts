const nobody = 65_534;

/** The owner of a server's files: nobody if the tests run as root, because PostgreSQL and PgBouncer refuse root. */
export const owner = process.getuid?.() === 0 ? { uid: nobody, gid: nobody } : undefined;

/**
 * The command to run: unchanged, or as the account nobody when the tests run as root. The command keeps the right
 * to read every file, because a checkout below a home directory is closed to other accounts.
 */
export function unprivileged(command: readonly string[]): readonly string[] {
  if (owner === undefined) return command;
  const identity = [`--reuid=${owner.uid}`, `--regid=${owner.gid}`, "--clear-groups"];
  const capabilities = ["--inh-caps=+dac_read_search", "--ambient-caps=+dac_read_search"];
  return ["setpriv", ...identity, ...capabilities, ...command];
}
