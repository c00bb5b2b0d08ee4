import type { SessionEnds } from "../platform/access/session-ends.ts";
import type { Events } from "../platform/events/events.ts";
import type { WebSocketManager } from "./manager.ts";

/**
 * Checks a user's sockets on every pod after the user's sessions have ended on any pod. `manager`: that of this pod, if it
 * has sockets.
 */
export function closeWithSessions(
  manager: Pick<WebSocketManager, "checkUser"> | undefined,
  events: Pick<Events, "onSessionsEnded" | "sessionsEnded">,
  ends: Pick<SessionEnds, "listen">,
): void {
  events.onSessionsEnded((userId) => void manager?.checkUser(userId));
  ends.listen((userId) => {
    void manager?.checkUser(userId);
    // Without Redis the other pods' next check of all sockets finds them.
    void events.sessionsEnded(userId).catch(() => {});
  });
}
