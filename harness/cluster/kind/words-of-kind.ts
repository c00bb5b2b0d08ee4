/** The end of kind's error output, without the stack traces of kind and kubeadm. */
export function wordsOfKind(stderr: string): string {
  const lines = stderr.split("\n").filter((line) => line.trim() !== "");
  // In a trace, the line of a function precedes the line of its place, which begins with a tab.
  const words = lines.filter((line, index) => !line.startsWith("\t") && !lines[index + 1]?.startsWith("\t"));
  return words
    .filter((line) => !/^Stack Trace:/.test(line))
    .slice(-12)
    .join("\n");
}
