import { takeCoverage } from "node:v8";

/** Loaded before a program under test. Ends the program like SIGKILL, but reports its executed lines first. */
process.once("SIGUSR2", () => {
  takeCoverage();
  process.kill(process.pid, "SIGKILL");
});
