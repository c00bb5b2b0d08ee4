import type { Definition } from "./definition.ts";

const keep = "  annotations:\n    helm.sh/resource-policy: keep\n";

/**
 * The CRD as a template of its chart. It lies below `templates/`, because Helm never upgrades what is
 * below `crds/`, and is kept on uninstall, because deleting a CRD deletes every Tenant.
 */
export function chartTemplateOf(definition: Definition): string {
  if (definition.source.includes("{{"))
    throw new Error(
      `${definition.file}: expected no "{{", which Helm would read as a template: write it otherwise`,
    );
  const annotated = definition.source.replace(/^metadata:\n {2}name: .*\n/m, (metadata) => metadata + keep);
  if (!annotated.includes(keep))
    throw new Error(
      `${definition.file}: expected "metadata:" with "name:" on the next line, to add an annotation after it`,
    );
  return `# Generated from crds/${definition.file} by \`npm run generate\`: change that file instead.\n${annotated}`;
}
