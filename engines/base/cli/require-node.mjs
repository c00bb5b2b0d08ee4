/** The version that the project is tested with. It reads TypeScript. */
const least = 24;

/**
 * Returns whether this Node.js can run the commands. Otherwise it says the version that is needed, and the exit status is 1.
 */
export function requireNode() {
  const version = process.versions.node;
  if (Number.parseInt(version, 10) >= least) return true;
  console.error(
    `expected Node.js ${least} or later; found ${version}: install it, or run "npm ci" in the checkout and then "npm run", which has its own`,
  );
  process.exitCode = 1;
  return false;
}
