import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { execa } from "execa";
import { type Job, kinds, type Pod } from "../../operator/src/kubernetes/objects/kinds.ts";
import { componentLabels } from "../../operator/src/tenant/desired/labels.ts";
import type { TenantNames } from "../../operator/src/tenant/model/names/names.ts";
import { checkout } from "../machine/directories.ts";
import { writeFiles } from "../services/process/server-directory.ts";
import type { MemoryCluster } from "./memory-cluster.ts";
import { mountEnvironment, mountedFiles } from "./mounted-files.ts";

/** Acts as a kubelet and the Job controller for a migration Job: runs it once and writes its result. */
export async function runMigrationJob(cluster: MemoryCluster, names: TenantNames, job: Job): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "dotmac-migration-"));
  try {
    await writeFiles(folder, mountedFiles(cluster, names.namespace, "migrator"));
    const isComplete = await migrate(folder);
    const message = await readFile(join(folder, "message"), "utf8").catch(() => "");
    cluster.put(kinds.pod, podOf(job, names, isComplete, message));
    const conditions = [{ type: isComplete ? "Complete" : "Failed", status: "True", message }];
    cluster.put(kinds.job, { ...job, status: { conditions } });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function migrate(folder: string): Promise<boolean> {
  const { failed } = await execa(process.execPath, [join(checkout, "tenant-runtime/src/migrate.ts")], {
    env: { ...mountEnvironment(folder), DOTMAC_TERMINATION_LOG: join(folder, "message") },
    reject: false,
  });
  return !failed;
}

function podOf(job: Job, names: TenantNames, isComplete: boolean, message: string): Pod {
  const { name, namespace = "", uid = "" } = job.metadata;
  const terminated = { exitCode: isComplete ? 0 : 1, message };
  const container = { name: "migrate", image: "", imageID: "", ready: false, restartCount: 0 };
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: {
      name: `${name}-pod`,
      namespace,
      labels: componentLabels(names, "migration"),
      ownerReferences: [{ apiVersion: "batch/v1", kind: "Job", name, uid, controller: true }],
    },
    status: {
      phase: isComplete ? "Succeeded" : "Failed",
      containerStatuses: [{ ...container, state: { terminated } }],
    },
  };
}
