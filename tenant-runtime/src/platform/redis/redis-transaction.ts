import type { ChainableCommander } from "ioredis";

/** Runs a MULTI and gives its answers. Throws the first error: EXEC itself reports none of its commands'. */
export async function atomically(transaction: ChainableCommander): Promise<unknown[]> {
  const answers = (await transaction.exec()) ?? [];
  return answers.map(([error, answer]) => {
    if (error !== null) throw error;
    return answer;
  });
}
