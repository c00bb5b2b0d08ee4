import { runProgram } from "../../base/cli/run-program.ts";
import { network } from "./program.ts";

runProgram(network);
