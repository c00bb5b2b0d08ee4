import { describe, expect, it } from "vitest";
import { deployment, podTemplate } from "../desired/workload/deployment.ts";
import { sampleBlueprint } from "../testing/sample-blueprint.ts";
import { appliedVersion } from "./applied-version.ts";

describe("the version of the last applied pods", () => {
  it("is read from the Deployment that the operator writes, its template unchanged", () => {
    const blueprint = sampleBlueprint();
    const version = appliedVersion(deployment(blueprint));
    const { ownChoice, image, resources } = blueprint;
    expect(version).toEqual({ ownChoice, image, resources, template: podTemplate(blueprint) });
  });

  it("is unknown for a Deployment without the operator's annotations", () => {
    const { metadata, ...rest } = deployment(sampleBlueprint());
    expect(appliedVersion({ ...rest, metadata: { ...metadata, annotations: {} } })).toBeUndefined();
  });
});
