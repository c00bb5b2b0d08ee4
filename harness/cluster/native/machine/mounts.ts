import { readFile } from "node:fs/promises";
import { execa } from "execa";

/** Unmounts all file systems at or below a folder, the deepest first. */
export async function unmountBelow(folder: string): Promise<void> {
  const points = mountPoints(await readFile("/proc/self/mountinfo", "utf8"));
  const ours = points.filter((point) => point === folder || point.startsWith(`${folder}/`));
  for (const point of ours.toReversed()) await execa("umount", ["--lazy", point]);
}

/** The mount points in a proc_pid_mountinfo(5) text, in the order of their mounting. */
export function mountPoints(mountinfo: string): string[] {
  return mountinfo
    .split("\n")
    .filter(Boolean)
    .map((line) => unescapeOctal(line.split(" ")[4] ?? ""));
}

/** Decodes characters such as spaces, which are written as a backslash and three octal digits. */
function unescapeOctal(text: string): string {
  return text.replaceAll(/\\(\d{3})/g, (_, digits: string) =>
    String.fromCharCode(Number.parseInt(digits, 8)),
  );
}
