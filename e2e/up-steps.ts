import { buildBinaries } from "./cluster/binaries/build-binaries.ts";
import { type Build, laterBuilds } from "./cluster/binaries/builds.ts";
import { installGateway, waitForGateway } from "./cluster/install-gateway.ts";
import type { ClusterProvider, RunningCluster } from "./cluster/provider.ts";
import type { Step } from "./run-steps.ts";

/**
 * Everything between a fresh machine and served ISPs. What takes longest on a fresh machine, compiling, is begun
 * first and waited for last.
 */
export function upSteps(provider: ClusterProvider): { steps: Step[]; cluster(): RunningCluster } {
  let running: RunningCluster | undefined;
  const cluster = () => {
    if (running === undefined) throw new Error("The cluster is asked for before it runs.");
    return running;
  };

  const programs: Step = { title: "Programs of the cluster", run: (progress) => provider.prepare(progress) };
  const start: Step = {
    title: "Cluster",
    needs: [programs],
    async run(progress) {
      running = await provider.up(progress);
    },
  };
  const later = provider.name === "native" ? compileInOrder(programs) : [];
  const gateway: Step = {
    title: "Gateway",
    needs: [start, ...later],
    async run(progress) {
      await installGateway(cluster(), progress);
      progress("waiting for it to serve");
      await waitForGateway(cluster());
    },
  };
  return { steps: [programs, start, ...later, gateway], cluster };
}

/** One after the other: each uses all cores by itself, and the first are needed first. */
function compileInOrder(after: Step): Step[] {
  const steps: Step[] = [];
  for (const build of laterBuilds) steps.push(compile(build, [steps.at(-1) ?? after]));
  return steps;
}

function compile(build: Build, needs: readonly Step[]): Step {
  return { title: build.name, needs, run: (progress) => buildBinaries([build], progress) };
}
