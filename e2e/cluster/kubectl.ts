import { execa } from "execa";

/** Runs kubectl against one cluster. @throws ExecaError with kubectl's own words. */
export type Kubectl = (args: readonly string[], input?: string) => Promise<string>;

export function kubectl(command: string, kubeconfig: string): Kubectl {
  return async (args, input) => {
    const options = input === undefined ? {} : { input };
    const { stdout } = await execa(command, ["--kubeconfig", kubeconfig, ...args], options);
    return stdout;
  };
}
