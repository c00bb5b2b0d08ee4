import { runProgram } from "../../../cli/run-program.ts";
import { support } from "./program.ts";

runProgram(support);
