/** An input of a page's block that names its command, and the fields of interest of the output below it. */
export interface DocumentedExample {
  readonly title: string;
  readonly name: string;
  readonly input: unknown;
  readonly output: object;
}

/**
 * The worked examples of a Markdown page: a block marked "json" and a command's name, and a block marked
 * "json" right after it.
 * @throws Error where the page has a JSON block that is no part of such a pair.
 */
export function documentedExamples(page: string): readonly DocumentedExample[] {
  const pairs = [...page.matchAll(/```json ([\w-]+)\n([\s\S]*?)```\n```json\n([\s\S]*?)```/g)];
  const blocks = page.match(/```json/g)?.length ?? 0;
  if (blocks !== 2 * pairs.length) {
    throw new Error(`expected every JSON block to be part of an example; found ${blocks} in ${pairs.length}`);
  }
  return pairs.map(([, name = "", input = "", output = ""], index) => ({
    title: `${index + 1} (${name})`,
    name,
    input: JSON.parse(input),
    output: JSON.parse(output),
  }));
}
