import { buildBinaries } from "../binaries/build-binaries.ts";
import { allBuilds, type Build, laterBuilds } from "../binaries/builds.ts";
import { applySampleTenants } from "../demo/sample-tenants.ts";
import { installGateway, waitForGateway } from "../install/install-gateway.ts";
import { installOperator } from "../install/operator/install-operator.ts";
import { operatorImages } from "../install/operator/operator-images.ts";
import { frontImage } from "../install/platform/front-image.ts";
import { installPlatform } from "../install/platform/install-platform.ts";
import type { ClusterProvider, RunningCluster } from "../kubernetes/provider.ts";
import { defineStep, type Step } from "./run-steps.ts";
import { tidyCache } from "./tidy-cache.ts";
import { waitUntilServed } from "./wait-until-served.ts";

/**
 * All steps from a fresh machine to served ISPs, and the one that gives the cluster. Compiling takes longest on a fresh
 * machine, so it starts first. Only the steps that run a program wait for its build.
 */
export function upSteps(provider: ClusterProvider): {
  readonly steps: readonly Step[];
  readonly cluster: Step<RunningCluster>;
} {
  const programs = defineStep({
    title: "Programs of the cluster",
    run: (progress) => provider.prepare(progress),
  });
  const cluster = defineStep({
    title: "Cluster",
    after: [programs],
    run: (progress) => provider.up(progress),
  });
  const later = provider.name === "native" ? compileInOrder(laterBuilds, programs) : [];
  const gateway = defineStep({
    title: "Gateway",
    needs: { cluster },
    after: compiled(later, "gateway"),
    async run(progress, { cluster }) {
      await installGateway(cluster, progress);
      progress("waiting for it to serve");
      await waitForGateway(cluster);
    },
  });
  const images = defineStep({
    title: "Images of the operator and the runtime",
    needs: { cluster },
    run: (progress, { cluster }) => operatorImages(cluster, progress),
  });
  const platform = defineStep({
    title: "Platform: PostgreSQL, PgBouncer, Redis, Vault",
    needs: { cluster },
    // The image of the fronts needs the same bundles.
    after: [images, ...compiled(later, "helm", "vault")],
    run: (progress, { cluster }) => installPlatform(cluster, progress),
  });
  const operator = defineStep({
    title: "Operator",
    needs: { cluster, images },
    after: [platform],
    run: (progress, { cluster, images }) => installOperator(cluster, images, progress),
  });
  const tenants = defineStep({
    title: "Sample tenants",
    needs: { cluster },
    after: [operator, gateway],
    run: (progress, { cluster }) => applySampleTenants(cluster, progress),
  });
  const served = defineStep({
    title: "Sample ISPs behind the gateway",
    needs: { cluster },
    after: [tenants],
    run: (progress, { cluster }) => waitUntilServed(cluster, progress),
  });
  const tidy = defineStep({
    title: "Old images and programs",
    needs: { cluster },
    after: [...later, served],
    run: (progress, { cluster }) => tidyCache(cluster, progress),
  });
  const steps = [programs, cluster, ...later, gateway, images, platform, operator, tenants, served, tidy];
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
      after: [steps.at(-1) ?? after],
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
