import { setTimeout as delay } from "node:timers/promises";

/** Repeats a question until the answer satisfies the condition; throws with the last answer after `seconds`. */
export async function until<Answer>(
  ask: () => Promise<Answer> | Answer,
  satisfies: (answer: Answer) => boolean,
  seconds = 30,
): Promise<Answer> {
  const deadline = Date.now() + seconds * 1_000;
  for (;;) {
    const answer = await ask();
    if (satisfies(answer)) return answer;
    if (Date.now() > deadline) throw new Error(`not so within ${seconds} s, last: ${JSON.stringify(answer)}`);
    await delay(20);
  }
}
