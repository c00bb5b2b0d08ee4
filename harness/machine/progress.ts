/** Shows the current activity: one short line that replaces the previous one. */
export type Progress = (message: string) => void;

export const silent: Progress = () => {};

/** A duration for people: `about 40 s`, `about 6 min`. */
export function about(seconds: number): string {
  return seconds < 90
    ? `about ${Math.max(1, Math.round(seconds))} s`
    : `about ${Math.round(seconds / 60)} min`;
}
