import type { ClusterProvider, ProviderName } from "../kubernetes/provider.ts";
import { chooseFitting } from "../machine/choose-fitting.ts";

/**
 * The provider asked for by name, or the first that fits here; `existing` only ever by name. `onPassedOver` is
 * told what was taken, and why not another that would have come first.
 * @throws an Error that says of each provider why it does not fit.
 */
export async function chooseProvider(
  asked: string | undefined,
  providers: Readonly<Record<ProviderName, ClusterProvider>>,
  onPassedOver?: (taken: string) => void,
): Promise<ClusterProvider> {
  const { native, kind, existing } = providers;
  const name = await chooseFitting<ProviderName>(asked, {
    variable: "CLUSTER",
    obstacles: {
      native: () => native.obstacle(),
      kind: () => kind.obstacle(),
      existing: () => existing.obstacle(),
    },
    unasked: ["kind", "native"],
    ...(onPassedOver ? { onPassedOver } : {}),
    nothingFits: {
      before: "No way to have a Kubernetes cluster on this machine",
      after:
        "\n  CLUSTER=existing uses the cluster of your current kubeconfig context; it is never chosen unasked.",
    },
  });
  return providers[name];
}
