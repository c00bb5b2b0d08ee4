import { join } from "node:path";
import { chooseProvider } from "./cluster/choose-provider.ts";
import { checkout } from "./cluster/directories.ts";
import { clusterEnvironment } from "./cluster/kubectl.ts";
import type { ClusterProvider } from "./cluster/provider.ts";
import { providers } from "./cluster/providers.ts";
import { runSteps } from "./run-steps.ts";
import { upSteps } from "./up-steps.ts";

type Command = (provider: ClusterProvider) => Promise<void>;

const commands: Readonly<Record<string, Command>> = {
  /** From a fresh machine to served ISPs; on a running cluster it changes nothing. */
  async up(provider) {
    await runSteps(upSteps(provider).steps);
  },

  async down(provider) {
    await runSteps([{ title: "Taking the cluster down", run: (progress) => provider.down(progress) }]);
  },

  /** For `eval "$(make -s env)"`. */
  async env(provider) {
    const cluster = await provider.find();
    if (cluster === undefined) throw new Error("No cluster runs. Start it with: make up");
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
    if (cluster.gateway)
      console.log(`gateway     https://${cluster.gateway.address}:${cluster.gateway.port}`);
    if (cluster.auditLog) console.log(`audit log   ${cluster.auditLog}`);
    if (cluster.outside)
      console.log(`outside     http://${cluster.outside.address}:${cluster.outside.httpPort}`);
  },
};

async function main(name: string | undefined): Promise<void> {
  const command = name === undefined ? undefined : commands[name];
  if (command === undefined) {
    throw new Error(`"${name ?? ""}" is no command; there are ${Object.keys(commands).join(", ")}.`);
  }
  await command(await chooseProvider(process.env.CLUSTER, providers));
}

main(process.argv[2]).catch((error: Error) => {
  console.error(`\n${error.message}`);
  if (process.env.DEBUG) console.error(error);
  process.exitCode = 1;
});
