import { fileURLToPath } from "node:url";

/** The settings files of the platform chart, which the servers of tests use too. */
export const platformFiles = fileURLToPath(new URL("../../../charts/platform/files", import.meta.url));
