import { execa } from "execa";

/** Scanners of images. Each fetches its database from its own publisher. */
const scanners = ["grype", "trivy"];

/** One line on whether the images' Debian packages can be compared with known vulnerabilities here. */
export async function imageScanner(): Promise<string> {
  for (const scanner of scanners) {
    const { failed } = await execa(scanner, ["version"], { reject: false });
    if (!failed)
      return `Run ${scanner} over dist/sbom, which \`make sbom\` writes; docs/how-to/scan.md says how.`;
  }
  return "The images' Debian packages are recorded, not scanned: neither grype nor trivy, which fetch their own databases, is on the PATH.";
}
