/** Milliseconds since a Kubernetes timestamp; 0 when it is unknown. */
export function elapsed(since: string | undefined, now: Date): number {
  return since === undefined ? 0 : now.getTime() - Date.parse(since);
}
