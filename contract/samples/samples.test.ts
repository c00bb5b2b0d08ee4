import { describe, expect, it } from "vitest";
import { secretFiles } from "../secret-files.ts";
import { tenantFile } from "../tenant-file.ts";
import { sampleSecretFiles } from "./secret-files.ts";
import { sampleTenantFile } from "./tenant-file.ts";

describe("the samples", () => {
  it("are a tenant file by its schema", () => {
    expect(tenantFile.parse(sampleTenantFile)).toMatchObject(sampleTenantFile);
  });

  it.each(Object.keys(secretFiles) as (keyof typeof secretFiles)[])("are a %s by its schema", (name) => {
    expect(secretFiles[name].parse(sampleSecretFiles[name])).toEqual(sampleSecretFiles[name]);
  });
});
