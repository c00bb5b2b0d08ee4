import { describeProgram } from "../../base/cli/testing/describe-program.ts";
import { support } from "./program.ts";

describeProgram(support, [
  "0",
  "-1",
  "99999999999999999999",
  "2026-02-30",
  "2026-03-29T02:30:00Z",
  "Europe/Paris",
]);
