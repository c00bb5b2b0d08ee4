import { runProgram } from "../../base/cli/run-program.ts";
import { billing } from "./program.ts";

runProgram(billing);
