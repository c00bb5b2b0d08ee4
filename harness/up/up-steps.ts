import { buildBinaries } from "../binaries/build-binaries.ts";
import { allBuilds, type Build, laterBuilds } from "../binaries/builds.ts";
import { applySampleTenants } from "../demo/sample-tenants.ts";
import { installGateway, waitForGateway } from "../install/install-gateway.ts";
import { installOperator } from "../install/operator/install-operator.ts";
import { type OperatorImages, operatorImages } from "../install/operator/operator-images.ts";
import { frontImage } from "../install/platform/front-image.ts";
import { installPlatform } from "../install/platform/install-platform.ts";
import type { ClusterProvider, RunningCluster } from "../kubernetes/provider.ts";
import type { Step } from "./run-steps.ts";
import { tidyCache } from "./tidy-cache.ts";
import { waitUntilServed } from "./wait-until-served.ts";

/**
 * All steps from a fresh machine to served ISPs. Compiling takes longest on a fresh machine, so it starts first. Only
 * the steps that run a program wait for its build.
 */
export function upSteps(provider: ClusterProvider): { steps: Step[]; cluster(): RunningCluster } {
  let running: RunningCluster | undefined;
  let images: OperatorImages | undefined;
  const cluster = () => made(running, "The cluster");

  const programs: Step = { title: "Programs of the cluster", run: (progress) => provider.prepare(progress) };
  const start: Step = {
    title: "Cluster",
    needs: [programs],
    async run(progress) {
      running = await provider.up(progress);
    },
  };
  const later = provider.name === "native" ? compileInOrder(laterBuilds, programs) : [];
  const gateway: Step = {
    title: "Gateway",
    needs: [start, ...compiled(later, "gateway")],
    async run(progress) {
      await installGateway(cluster(), progress);
      progress("waiting for it to serve");
      await waitForGateway(cluster());
    },
  };
  const workloads: Step = {
    title: "Images of the operator and the runtime",
    needs: [start],
    async run(progress) {
      images = await operatorImages(cluster(), progress);
    },
  };
  const platform: Step = {
    title: "Platform: PostgreSQL, PgBouncer, Redis, Vault",
    // The image of the fronts needs the same bundles.
    needs: [start, workloads, ...compiled(later, "helm", "vault")],
    run: (progress) => installPlatform(cluster(), progress),
  };
  const operator: Step = {
    title: "Operator",
    needs: [platform],
    run: (progress) => installOperator(cluster(), made(images, "The images"), progress),
  };
  const tenants: Step = {
    title: "Sample tenants",
    needs: [operator, gateway],
    run: (progress) => applySampleTenants(cluster(), progress),
  };
  const served: Step = {
    title: "Sample ISPs behind the gateway",
    needs: [tenants],
    run: (progress) => waitUntilServed(cluster(), progress),
  };
  const tidy: Step = {
    title: "Old images and programs",
    needs: [...later, served],
    run: (progress) => tidyCache(cluster(), progress),
  };
  const steps = [programs, start, ...later, gateway, workloads, platform, operator, tenants, served, tidy];
  return { steps, cluster };
}

/** The image steps alone, on a running cluster. */
export function imageSteps(cluster: RunningCluster): Step[] {
  return [
    {
      title: "Images of the operator, the runtime and the fronts",
      async run(progress) {
        await operatorImages(cluster, progress);
        await frontImage(cluster, progress);
      },
    },
  ];
}

/** In sequence, because each build uses all cores, and the first are needed first. */
function compileInOrder(builds: readonly Build[], after: Step): Step[] {
  const steps: Step[] = [];
  for (const build of builds) {
    steps.push({
      title: build.name,
      needs: [steps.at(-1) ?? after],
      run: (progress) => buildBinaries([build], progress),
    });
  }
  return steps;
}

/** The steps that build these programs. */
function compiled(steps: readonly Step[], ...programs: readonly string[]): Step[] {
  const titles = allBuilds
    .filter(({ outputs }) => outputs.some((output) => programs.includes(output)))
    .map(({ name }) => name);
  return steps.filter(({ title }) => titles.includes(title));
}

function made<T>(value: T | undefined, what: string): T {
  if (value === undefined) throw new Error(`${what} is asked for before the step that makes it has ended.`);
  return value;
}
