import { FileFault } from "../../../process/files/file-fault.ts";
import { createLogger } from "../../../process/log.ts";
import { stopRequested } from "../base/stop-requested.ts";
import { loadAccess } from "../kubernetes/client/credentials.ts";
import { loadEgressConfig } from "./config.ts";
import { runEgressProxy } from "./run-egress-proxy.ts";

const log = createLogger(process.env.LOG_LEVEL);

async function main(): Promise<void> {
  const options = {
    config: loadEgressConfig(process.env),
    access: loadAccess(),
    log,
    version: process.env.npm_package_version ?? "0.1.0",
    certificateDirectory: "/var/run/dotmac-egress/tls",
  };
  await runEgressProxy(options, stopRequested(log));
}

main().then(
  () => {
    log.info("the egress proxy ends");
    process.exit(0);
  },
  (error: unknown) => {
    if (error instanceof FileFault) log.error(error.message);
    else log.error("the egress proxy failed", { error });
    process.exit(1);
  },
);
