import { compareText } from "../../../base/src/compare-text.ts";
import type { Session } from "./records/session.ts";

/** Sessions with one Acct-Multi-Session-Id: links of a multilink, or a roaming device. */
export interface Bundle {
  readonly id: string;
  readonly user: string;
  readonly sessions: readonly Session[];
  readonly beganAt: number;
  /** Undefined while one of its sessions is open. */
  readonly endedAt: number | undefined;
  readonly upload: bigint;
  readonly download: bigint;
}

/** The linked sessions of each user (RFC 2866 section 5.11). Each link counts its own bytes, so they add up. */
export function bundlesOf(sessions: readonly Session[]): Bundle[] {
  const linked = sessions.filter(({ multiSession }) => multiSession !== undefined);
  const groups = Map.groupBy(linked, ({ multiSession, user }) => JSON.stringify([multiSession, user]));
  return [...groups.values()].map(bundleOf).sort((one, other) => compareText(one.id, other.id));
}

function bundleOf(sessions: readonly Session[]): Bundle {
  const ends = sessions.map(({ end }) => end?.at ?? Number.POSITIVE_INFINITY);
  const last = Math.max(...ends);
  return {
    id: sessions[0]?.multiSession ?? "",
    user: sessions[0]?.user ?? "",
    sessions,
    beganAt: Math.min(...sessions.map(({ beganAt }) => beganAt)),
    endedAt: Number.isFinite(last) ? last : undefined,
    upload: sessions.reduce((sum, { upload }) => sum + upload, 0n),
    download: sessions.reduce((sum, { download }) => sum + download, 0n),
  };
}
