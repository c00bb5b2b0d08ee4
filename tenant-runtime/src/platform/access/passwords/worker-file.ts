/** The file of a thread in this folder, from its name: a source, or the JavaScript beside the bundle. */
export function workerFile(name: string): URL {
  const extension = import.meta.url.endsWith(".ts") ? ".ts" : ".js";
  return new URL(`./${name}${extension}`, import.meta.url);
}
