/** An attribute in the form of the command line. */
export interface Printed {
  readonly name: string;
  readonly value: string | number;
}

/** The attributes that only identify the session. */
const names = ["User-Name", "Acct-Session-Id"];

/**
 * The attributes of a session after a NAS has applied a CoA-Request: all values of a named attribute are replaced,
 * services end and begin individually, and the rest is unchanged (RFC 5176 section 3.6, note 3).
 */
export function afterCoa(session: readonly Printed[], request: readonly Printed[]): Printed[] {
  let now = session.map(({ name, value }) => ({ name, value }));
  const fresh = new Set<string>();
  for (const { name, value } of request) {
    if (names.includes(name)) continue;
    const text = String(value);
    if (name === "ERX-Service-Deactivate") now = without(now, "ERX-Service-Activate", text);
    else if (name === "ERX-Service-Activate") now.push({ name, value });
    else if (name === "Cisco-Command-Code" && text.charCodeAt(0) === 12)
      now = without(now, "Cisco-Account-Info", `A${text.slice(1)}`);
    else if (name === "Cisco-Command-Code")
      now.push({ name: "Cisco-Account-Info", value: `A${text.slice(1)}` });
    else {
      const kind = kindOf({ name, value });
      if (!fresh.has(kind)) now = now.filter((one) => kindOf(one) !== kind);
      fresh.add(kind);
      now.push({ name, value });
    }
  }
  return now;
}

function without(session: Printed[], name: string, value: string): Printed[] {
  if (!session.some((one) => one.name === name && one.value === value)) throw new Error(`no ${value} to end`);
  return session.filter((one) => one.name !== name || one.value !== value);
}

function kindOf({ name, value }: Printed): string {
  return name === "Cisco-AVPair" ? `${name} ${String(value).replace(/=.*/, "")}` : name;
}
