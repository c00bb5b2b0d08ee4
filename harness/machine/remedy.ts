/** Advice for failures that other programs report in their own words. */
const remedies: readonly (readonly [RegExp, string])[] = [
  [
    /ENOSPC|no space left on device|enough free space|disk quota exceeded/i,
    "The disk is full. Free some of it, or set XDG_CACHE_HOME, GOCACHE and GOMODCACHE to folders on a larger one; `make clean` deletes the cluster and its cache.",
  ],
  [
    /ENOTFOUND|EAI_AGAIN|ECONNREFUSED|dial tcp|no such host|Could not resolve|Temporary failure resolving|TLS handshake timeout/i,
    "A registry or mirror does not answer. Check the network, https_proxy, GOPROXY, npm's registry and the mirrors of apt.",
  ],
];

/** Prints why a program failed and the advice for it, with the whole error if DEBUG is set, and sets exit code 1. */
export function reportFailure(error: unknown): void {
  const message = error instanceof Error ? error.message : String(error);
  console.error(`\n${[message, remedyFor(error)].filter(Boolean).join("\n")}`);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
}

/** Advice for a failure, if its message or that of a cause is known. */
export function remedyFor(error: unknown): string | undefined {
  const words = wordsOf(error);
  return remedies.find(([pattern]) => pattern.test(words))?.[1];
}

function wordsOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { message, cause, stderr } = error as Error & { stderr?: unknown };
  return [message, stderr ?? "", cause === undefined ? "" : wordsOf(cause)].join("\n");
}
