import { cachedBinary } from "../../binaries/cached-binary.ts";
import { answersOk } from "../network/answers-ok.ts";
import { freePort } from "../network/free-port.ts";
import type { Server } from "../process/server.ts";
import { serverDirectory } from "../process/server-directory.ts";
import { startServer } from "../process/start-server.ts";

/** Starts the named controllers of kube-controller-manager against the cluster of a kubeconfig. */
export async function startControllers(
  kubeconfigPath: string,
  controllers: readonly string[],
): Promise<Server> {
  const port = await freePort();
  const directory = await serverDirectory("kube-controller-manager");
  return startServer({
    name: "kube-controller-manager",
    directory,
    command: [
      await cachedBinary("kube-controller-manager"),
      `--kubeconfig=${kubeconfigPath}`,
      `--controllers=${controllers.join(",")}`,
      // Each controller has its own rights, as on a carefully configured cluster.
      "--use-service-account-credentials",
      "--leader-elect=false",
      "--bind-address=127.0.0.1",
      `--secure-port=${port}`,
      `--cert-dir=${directory}/generated`,
      "--kube-api-qps=200",
      "--kube-api-burst=400",
    ],
    stopSignal: "KILL",
    // Its certificate is self-signed.
    ready: () => answersOk(`https://127.0.0.1:${port}/healthz`, { unverified: true }),
  });
}
