import { join } from "node:path";
import { chooseProvider } from "./cluster/choose-provider.ts";
import { checkDown } from "./cluster/native/check-down.ts";
import { providers } from "./cluster/providers.ts";
import { showDemo } from "./demo/show-demo.ts";
import { checkoutVersion } from "./install/operator/checkout-version.ts";
import { describeVersion } from "./install/operator/installed-version.ts";
import { clusterEnvironment, clusterKubectl } from "./kubernetes/kubectl.ts";
import type { ClusterProvider, RunningCluster } from "./kubernetes/provider.ts";
import { checkout, directories } from "./machine/directories.ts";
import { withLock } from "./machine/lock.ts";
import { reportFailure } from "./machine/remedy.ts";
import { runSteps } from "./up/run-steps.ts";
import { imageSteps, upSteps } from "./up/up-steps.ts";

type Command = (provider: ClusterProvider) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  /** Brings a fresh machine to served ISPs. It changes nothing on a running cluster. */
  async up(provider) {
    await alone(async () => {
      const { steps, cluster } = upSteps(provider);
      const resultOf = await runSteps(steps);
      await showDemo(resultOf(cluster), console.log);
    });
  },

  async demo(provider) {
    await showDemo(await runningCluster(provider), console.log);
  },

  async images(provider) {
    await runSteps(imageSteps(await runningCluster(provider)));
  },

  async down(provider) {
    await alone(async () => {
      await runSteps([{ title: "Taking the cluster down", run: (progress) => provider.down(progress) }]);
    });
  },

  async "check-down"() {
    await alone(async () => {
      await runSteps([{ title: "Up and down again, native, leaves nothing", run: checkDown }]);
    });
  },

  /** For `eval "$(make -s env)"`. */
  async env(provider) {
    const cluster = await runningCluster(provider);
    const { KUBECONFIG, PATH } = clusterEnvironment({
      ...cluster,
      toolPaths: [...cluster.toolPaths, join(checkout, "node_modules/.bin")],
    });
    console.log(`export KUBECONFIG='${KUBECONFIG}'\nexport PATH='${PATH}'`);
  },

  async status(provider) {
    const cluster = await provider.find();
    if (cluster === undefined) {
      console.log("No cluster runs. Start it with: make up");
      return;
    }
    console.log(`provider    ${cluster.provider}`);
    console.log(`kubeconfig  ${cluster.kubeconfig}`);
    console.log(`version     ${await describeVersion(clusterKubectl(cluster), checkoutVersion())}`);
    if (cluster.gateway)
      console.log(`gateway     https://${cluster.gateway.address}:${cluster.gateway.port}`);
    if (cluster.auditLog) console.log(`audit log   ${cluster.auditLog}`);
    if (cluster.outside)
      console.log(`outside     http://${cluster.outside.address}:${cluster.outside.httpPort}`);
  },
};

/** Only one run at a time may create or remove this machine's cluster. */
async function alone(work: () => Promise<void>): Promise<void> {
  await withLock(`${directories().state}.run.lock`, console.error, work);
}

async function runningCluster(provider: ClusterProvider): Promise<RunningCluster> {
  const cluster = await provider.find();
  if (cluster === undefined) throw new Error("No cluster runs. Start it with: make up");
  return cluster;
}

async function main(name: string | undefined): Promise<void> {
  const command = name === undefined ? undefined : commands[name];
  if (command === undefined) {
    throw new Error(`"${name ?? ""}" is no command; there are ${Object.keys(commands).join(", ")}.`);
  }
  const say = command === commands.up ? console.error : undefined;
  await command(await chooseProvider(process.env.CLUSTER, providers, say));
}

main(process.argv[2]).catch(reportFailure);
