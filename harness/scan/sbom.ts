import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { execa } from "execa";
import { z } from "zod";
import { cachedBinary } from "../binaries/cached-binary.ts";
import { programImage } from "../cluster/native/components/cluster-images.ts";
import { buildImage } from "../images/build-image.ts";
import type { BuiltImage, ImageRecipe } from "../images/image-spec.ts";
import { localBase } from "../images/local-base.ts";
import { bundleAll, operatorRecipe, runtimeRecipe } from "../install/operator/operator-images.ts";
import { frontRecipe } from "../install/platform/front-image.ts";
import { platformRecipes } from "../install/platform/platform-images.ts";
import { checkout } from "../machine/directories.ts";
import type { Progress } from "../machine/progress.ts";
import { type LockedPackages, productionPackages, readLock } from "./packages/production-packages.ts";

/** A written bill of materials. */
export interface Bill {
  /** Relative to the checkout. */
  readonly file: string;
  readonly packages: number;
}

const folder = "dist/sbom";

const component = z.looseObject({
  "bom-ref": z.string().optional(),
  type: z.string(),
  name: z.string(),
  version: z.string().optional(),
});

type Component = z.infer<typeof component>;

/** The fields of CycloneDX (https://cyclonedx.org/docs/1.6/json/) that are read here. */
const bill = z.looseObject({
  serialNumber: z.string().optional(),
  metadata: z.looseObject({ timestamp: z.string().optional() }),
  components: z.array(component).default([]),
});

/**
 * Writes the content of each billed image, as CycloneDX into dist/sbom: the Debian packages and Go modules that syft
 * finds, and the npm packages of the lock file, which no scanner finds in a bundle.
 */
export async function writeBills(progress: Progress): Promise<Bill[]> {
  const syft = await cachedBinary("syft", progress);
  await mkdir(join(checkout, folder), { recursive: true });
  const lock = await readLock();
  const bills: Bill[] = [];
  for (const [name, archive] of Object.entries(await archives(progress))) {
    progress(`reading ${name}`);
    const args = [
      "scan",
      `oci-archive:${archive}`,
      "--output=cyclonedx-json",
      "--quiet",
      "--source-name",
      name,
    ];
    const { stdout } = await execa(syft, args, {
      env: { SYFT_CHECK_FOR_APP_UPDATE: "false" },
      maxBuffer: 512 * 1024 * 1024,
    });
    const { text, packages } = normalBill(stdout, bundledPackages(lock, name));
    const file = join(folder, `${name}.cdx.json`);
    await writeFile(join(checkout, file), text);
    bills.push({ file, packages });
  }
  return bills;
}

/** Images whose programs are bundles of a workspace, and the name of that workspace. */
const bundles: Readonly<Record<string, { recipe: ImageRecipe; workspace: string }>> = {
  operator: { recipe: operatorRecipe, workspace: "operator" },
  front: { recipe: frontRecipe, workspace: "operator" },
  "tenant-runtime": { recipe: runtimeRecipe, workspace: "tenant-runtime" },
};

/** The images with a bill: those that the charts name, and the gateway of the development cluster. */
export const billedImages: readonly string[] = [
  ...Object.keys(bundles),
  ...Object.keys(platformRecipes),
  "vault",
  "gateway",
];

/** The archive of each billed image. */
async function archives(progress: Progress): Promise<Record<string, string>> {
  await bundleAll(progress);
  const images: Record<string, BuiltImage> = {
    vault: await programImage("vault", progress),
    gateway: await programImage("gateway", progress),
  };
  const recipes = [...Object.values(bundles).map(({ recipe }) => recipe), ...Object.values(platformRecipes)];
  for (const { base, ...recipe } of recipes)
    images[recipe.name] = await buildImage({ ...recipe, base: await localBase(base, progress) }, progress);
  return Object.fromEntries(billedImages.map((name) => [name, archiveOf(images, name)]));
}

function archiveOf(images: Readonly<Record<string, BuiltImage>>, name: string): string {
  const image = images[name];
  if (image === undefined)
    throw new Error(`expected an image ${name}, found ${Object.keys(images).join(", ")}`);
  return image.archive;
}

/**
 * Normalises a bill, so that the same image gives the same bill: it removes the number and the time of the run and the
 * files, and sorts the components.
 */
export function normalBill(text: string, bundled: readonly Component[]): { text: string; packages: number } {
  const { serialNumber: _number, metadata, components, ...rest } = bill.parse(JSON.parse(text));
  const { timestamp: _time, ...described } = metadata;
  const kept = [...components.filter(({ type }) => type !== "file"), ...bundled].toSorted(byName);
  const normal = { ...rest, metadata: described, components: kept };
  return { text: `${JSON.stringify(normal, null, 2)}\n`, packages: kept.length };
}

/** The npm packages in the bundles of an image; none for an image without bundles. */
export function bundledPackages(lock: LockedPackages, image: string): Component[] {
  const workspace = bundles[image]?.workspace;
  if (workspace === undefined) return [];
  return [...productionPackages(lock, [workspace])].map(([key, licence]) => {
    const at = key.lastIndexOf("@");
    const [name, version] = [key.slice(0, at), key.slice(at + 1)];
    const purl = `pkg:npm/${name.replace(/^@/, "%40")}@${version}`;
    return {
      "bom-ref": purl,
      type: "library",
      name,
      version,
      purl,
      licenses: [{ expression: licence.replace("Public Domain OR ", "") }],
    };
  });
}

function byName(one: Component, other: Component): number {
  const key = ({ name, version = "", "bom-ref": reference = "" }: Component) =>
    `${name} ${version} ${reference}`;
  return key(one) < key(other) ? -1 : 1;
}
