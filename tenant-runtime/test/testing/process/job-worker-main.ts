import { systemClock } from "../../../../process/clock.ts";
import { createLogger } from "../../../../process/log.ts";
import type { Database, Queries } from "../../../src/platform/database/database.ts";
import { RotatingDatabase } from "../../../src/platform/database/rotating-database.ts";
import { defineJob } from "../../../src/platform/jobs/job.ts";
import { JobWorker } from "../../../src/platform/jobs/job-worker.ts";
import { effectInput, type KilledWorker } from "./killed-worker.ts";

/** A worker as in a pod, which stands still at one step, so that the test can kill it there. */
const { login, ca, host, port, name, step } = JSON.parse(process.env.WORKER ?? "{}") as KilledWorker;
const say = (text: string) => process.stdout.write(`${text}\n`);

async function reach(reached: KilledWorker["step"]): Promise<void> {
  if (reached !== step) return;
  say(`at ${step}`);
  await new Promise(() => setInterval(() => {}, 1_000));
}

const opened = new RotatingDatabase({
  settings: { host, port, name, poolSize: 2, statementTimeoutMs: 5_000, ca: () => ca },
  login: { current: () => login, onChange: () => () => {} },
  log: createLogger("error"),
  clock: systemClock,
});

const database: Database & Queries = {
  async query<Row extends object>(text: string, values?: readonly unknown[]) {
    await reach("before it takes the job");
    const result = await opened.query<Row>(text, values);
    await reach("after it has taken the job");
    return result;
  },
  async transaction(work) {
    const result = await opened.transaction(async (transaction) => {
      const worked = await work(transaction);
      await reach("before the commit");
      return worked;
    });
    await reach("after the commit");
    return result;
  },
};

const { kind, bounds, input } = defineJob("test.effect", effectInput);
const worker = new JobWorker({
  database,
  log: createLogger("error"),
  pollMs: () => 100,
  attempted: (_kind, outcome) => say(outcome),
  saw: ({ waiting }) => say(waiting === 0 ? "no job waits" : "a job waits"),
  handlers: [
    {
      kind,
      bounds,
      async run(transaction, given) {
        const { id } = input.parse(given);
        await reach("before the handler's write");
        await transaction.query(
          `INSERT INTO outbox_events (id, type, entity_type, entity_id, payload)
           VALUES (gen_random_uuid(), 'test.effect', 'test', $1, '{}')`,
          [id],
        );
        await reach("after the handler's write");
      },
    },
  ],
});
worker.wake();
setInterval(() => {}, 1_000);
