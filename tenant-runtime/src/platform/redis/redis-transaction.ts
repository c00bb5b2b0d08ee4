import type { ChainableCommander } from "ioredis";

/**
 * Runs a MULTI and returns its answers. Throws the first error, because EXEC itself does not report errors of
 * commands.
 */
export async function atomically(transaction: ChainableCommander): Promise<unknown[]> {
  const answers = (await transaction.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}
