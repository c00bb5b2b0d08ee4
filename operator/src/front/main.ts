import { FileFault } from "../../../process/files/file-fault.ts";
import { createLogger } from "../../../process/log.ts";
import { stopRequested } from "../base/stop-requested.ts";
import { loadAddresses, loadFrontConfig } from "./config.ts";
import { runFront } from "./run-front.ts";

const log = createLogger(process.env.LOG_LEVEL);

async function main(): Promise<void> {
  const config = loadFrontConfig(process.env);
  await runFront({ config, log, addresses: loadAddresses(process.env) }, stopRequested(log));
}

main().then(
  () => {
    log.info("the front ends");
    process.exit(0);
  },
  (error: unknown) => {
    if (error instanceof FileFault) log.error(error.message);
    else log.error("the front failed", { error });
    process.exit(1);
  },
);
