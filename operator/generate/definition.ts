import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import type { Schema } from "./schema.ts";

/** A CustomResourceDefinition of this project: it has one version. */
export interface Definition {
  readonly file: string;
  readonly source: string;
  readonly group: string;
  readonly version: string;
  readonly kind: string;
  readonly plural: string;
  readonly shortNames: readonly string[];
  readonly columns: readonly {
    readonly name: string;
    readonly description?: string;
    readonly jsonPath: string;
  }[];
  readonly schema: Schema;
}

interface Manifest {
  readonly spec: {
    readonly group: string;
    readonly names: {
      readonly kind: string;
      readonly plural: string;
      readonly shortNames: readonly string[];
    };
    readonly versions: readonly {
      readonly name: string;
      readonly additionalPrinterColumns: Definition["columns"];
      readonly schema: { readonly openAPIV3Schema: Schema };
    }[];
  };
}

/** Reads every CRD directly in `folder`, by file name. */
export async function readDefinitions(folder: string): Promise<Definition[]> {
  const files = (await readdir(folder)).filter((name) => name.endsWith(".yaml")).sort();
  return Promise.all(
    files.map(async (file) => definitionOf(file, await readFile(join(folder, file), "utf8"))),
  );
}

function definitionOf(file: string, source: string): Definition {
  const { group, names, versions } = (parse(source) as Manifest).spec;
  const [version, ...others] = versions;
  if (version === undefined || others.length > 0)
    throw new Error(`${file}: expected one version, found ${versions.length}: teach the generator to choose`);
  return {
    file,
    source,
    group,
    version: version.name,
    ...names,
    columns: version.additionalPrinterColumns,
    schema: version.schema.openAPIV3Schema,
  };
}
