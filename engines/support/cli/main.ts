import { runProgram } from "../../base/cli/run-program.ts";
import { support } from "./program.ts";

runProgram(support);
