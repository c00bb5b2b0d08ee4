import { type FSWatcher, readdirSync, statSync, watch } from "node:fs";
import { join, sep } from "node:path";

/**
 * Tells of each file that is written, renamed or removed in one of the folders, by its path from `root`, until the
 * returned function is called. Folders inside that `isWatched` accepts count too, also those that come later: their
 * files are told once when they come. Each folder has a watcher of its own, because on Linux `fs.watch` with
 * `recursive` watches each file, and loses a file once another one is renamed over it.
 */
export function watchFolders(
  root: string,
  folders: readonly string[],
  isWatched: (folder: string) => boolean,
  note: (file: string) => void,
): () => void {
  const watchers = new Map<string, FSWatcher>();

  const follow = (folder: string): string[] => {
    const watcher = watch(join(root, folder), (event, name) => {
      if (name === null) return;
      const path = join(folder, name);
      note(path);
      if (event === "rename") for (const file of changed(path)) note(file);
    });
    // The folder was removed; its parent tells of that.
    watcher.on("error", () => {});
    watchers.set(folder, watcher);
    // Watched before it is read, so that nothing is missed in between.
    const entries = readdirSync(join(root, folder), { withFileTypes: true });
    const inside = (entry: { name: string }) => join(folder, entry.name);
    const deeper = entries.filter((entry) => entry.isDirectory() && isWatched(inside(entry)));
    return [
      ...entries.filter((entry) => entry.isFile()).map(inside),
      ...deeper.flatMap((entry) => changed(inside(entry))),
    ];
  };

  /** Watches what is now at the path, in place of the folder that was there before. Returns the files in it. */
  const changed = (path: string): string[] => {
    for (const [folder, watcher] of watchers) {
      if (folder !== path && !folder.startsWith(path + sep)) continue;
      watcher.close();
      watchers.delete(folder);
    }
    try {
      const isFolder = statSync(join(root, path), { throwIfNoEntry: false })?.isDirectory() ?? false;
      return isFolder && isWatched(path) ? follow(path) : [];
    } catch (error) {
      // Removed or replaced by a file at this moment: an event of the folder around it follows.
      if (error instanceof Error && "code" in error && /^(ENOENT|ENOTDIR)$/.test(String(error.code)))
        return [];
      throw error;
    }
  };

  for (const folder of folders) follow(folder);
  return () => {
    for (const watcher of watchers.values()) watcher.close();
    watchers.clear();
  };
}
