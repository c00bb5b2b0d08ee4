import { readFile } from "node:fs/promises";
import { parse } from "yaml";
import { z } from "zod";

const review = z.strictObject({
  licence: z.string(),
  /** The day on which a person last read its release notes and known advisories. */
  looked: z.iso.date(),
  /** Advisory → the first version of this line without it. */
  advisories: z.record(z.string(), z.string()).default({}),
});

/** `name@version` → the result of a person's review. */
export type ReviewedPackages = Record<string, z.infer<typeof review>>;

/** Licences that allow shipping a package with Apache-2.0 (SPDX expressions). */
const allowedLicences = [
  ...["0BSD", "Apache-2.0", "BlueOak-1.0.0", "BSD-2-Clause", "BSD-3-Clause", "ISC", "MIT", "MIT-0"],
  ...["PSF-2.0", "Public Domain OR MIT", "Unlicense"],
];

/** @throws ZodError that names the invalid line. */
export async function readReviewedPackages(): Promise<ReviewedPackages> {
  const file = new URL("reviewed-packages.yaml", import.meta.url);
  return z.record(z.string(), review).parse(parse(await readFile(file, "utf8")));
}

/** The faults of the list, each with its remedy. Empty when the list matches the lock file. */
export function packageFaults(installed: ReadonlyMap<string, string>, reviewed: ReviewedPackages): string[] {
  return [
    ...[...installed.keys()]
      .filter((key) => !(key in reviewed))
      .map((key) => `${key} has no line. Read its advisories and release notes, then add one.`),
    ...Object.entries(reviewed).flatMap(([key, { licence, advisories }]) => [
      ...(installed.has(key) ? [] : [`${key} is no longer in an image. Remove its line.`]),
      ...(installed.has(key) && installed.get(key) !== licence
        ? [`${key} is under ${installed.get(key)}; its line says ${licence}.`]
        : []),
      ...(allowedLicences.includes(licence)
        ? []
        : [`${key}: the licence ${licence} is not in the list of allowed licences.`]),
      ...Object.entries(advisories)
        .filter(([, fixedBy]) => isOlder(versionOf(key), fixedBy))
        .map(([id, fixedBy]) => `${key} has ${id}, which ${fixedBy} fixes. Update it.`),
    ]),
  ];
}

function versionOf(key: string): string {
  return key.slice(key.lastIndexOf("@") + 1);
}

function isOlder(version: string, than: string): boolean {
  return version.localeCompare(than, "en", { numeric: true }) < 0;
}
