import { runProgram } from "../../../cli/run-program.ts";
import { network } from "./program.ts";

runProgram(network);
