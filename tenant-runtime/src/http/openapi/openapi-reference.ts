import { existsSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

/** The page that displays the document. It has no inline script or style, so that a strict policy holds. */
export function referencePage(title: string): string {
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escaped(title)}</title>
<link rel="stylesheet" href="docs/swagger-ui.css">
</head>
<body>
<div id="reference"></div>
<script src="docs/swagger-ui-bundle.js"></script>
<script src="docs/start.js"></script>
</body>
</html>
`;
}

/** The script that displays the document. Without a validator address, it sends nothing to any other server. */
export const referenceStart = `SwaggerUIBundle({
  url: "openapi.json",
  dom_id: "#reference",
  deepLinking: true,
  validatorUrl: null,
});
`;

/** The renderer's files from its package. */
export const referenceStyle = () => readFile(join(rendererDirectory(), "swagger-ui.css"), "utf8");
export const referenceScript = () => readFile(join(rendererDirectory(), "swagger-ui-bundle.js"), "utf8");

/** The files are beside the bundle in the image, and in their package in the repository. */
function rendererDirectory(): string {
  const besideBundle = join(import.meta.dirname, "reference");
  if (existsSync(besideBundle)) return besideBundle;
  return dirname(createRequire(import.meta.url).resolve("swagger-ui-dist/package.json"));
}

function escaped(text: string): string {
  return text.replaceAll(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);
}
