import { fileURLToPath } from "node:url";

/** The settings that the platform chart gives its services: tests run servers with the same. */
export const platformFiles = fileURLToPath(new URL("../../../charts/platform/files", import.meta.url));
