import { defineModule } from "../../src/module/define-module.ts";
import { does } from "../../src/module/work.ts";
import { defineJob } from "../../src/platform/jobs/job.ts";
import { defineSchedule, scheduledInput } from "../../src/platform/schedules/schedule.ts";

const tidy = defineJob("nightly.tidy", scheduledInput, { seconds: 10 });

/** A module that forgets the buried notes of the toy module each night. */
export const nightly = defineModule({
  name: "nightly",
  permissions: {},
  entities: [],
  open: () => ({}),
  routes: () => [],
  schedules: [defineSchedule("nightly.tidy", { at: "02:30" }, tidy)],
  jobs: [
    does(tidy, async (_nothing, transaction) => {
      await transaction.query("DELETE FROM buried_notes");
    }),
  ],
});
