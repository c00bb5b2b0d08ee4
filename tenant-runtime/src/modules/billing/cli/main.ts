import { runProgram } from "../../../cli/run-program.ts";
import { billing } from "./program.ts";

runProgram(billing);
