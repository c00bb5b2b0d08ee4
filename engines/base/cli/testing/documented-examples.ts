/** An example on a page: the input with its command's name, and the relevant fields of the output. */
export interface DocumentedExample {
  readonly title: string;
  readonly name: string;
  readonly input: unknown;
  readonly output: object;
}

/**
 * The worked examples of a Markdown page. Each is a block marked "json" with a command's name, directly followed by a
 * block marked "json".
 * @throws Error if a JSON block of the page belongs to no such pair.
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
