import type { Attribute, GivenValue } from "../radius/attributes/attribute.ts";
import { attribute } from "../radius/values/build-attribute.ts";
import type { Nas } from "./nas.ts";
import type { EffectiveTerms } from "./terms/policy-terms.ts";

/** The attributes that all vendors read in the same way: framing, addresses, prefixes, routes and times. */
export function standardAttributes(terms: EffectiveTerms, nas: Nas): readonly Attribute[] {
  return [
    ...(terms.access === "ppp"
      ? [attribute("Service-Type", "Framed-User"), attribute("Framed-Protocol", "PPP")]
      : []),
    ...ipv4Attributes(terms, nas),
    ...prefixAttributes(terms.ipv6, "Framed-IPv6-Prefix", "Framed-IPv6-Pool"),
    ...prefixAttributes(terms.delegated, "Delegated-IPv6-Prefix", nas.vendor.delegatedPool),
    ...terms.routes.map((route) =>
      attribute(route.destination.family === 4 ? "Framed-Route" : "Framed-IPv6-Route", String(route)),
    ),
    ...given("Session-Timeout", terms.sessionSeconds),
    ...given("Idle-Timeout", terms.idleSeconds),
    ...given("Acct-Interim-Interval", terms.interimSeconds),
  ];
}

function ipv4Attributes({ ipv4 }: EffectiveTerms, { vendor }: Nas): readonly Attribute[] {
  if (ipv4 === undefined) return [];
  if (ipv4.kind === "fixed") return [attribute("Framed-IP-Address", String(ipv4.address))];
  return [vendor.ipv4Pool?.(ipv4.pool) ?? attribute("Framed-Pool", ipv4.pool)];
}

function prefixAttributes(given: EffectiveTerms["ipv6"], fixed: string, pool: string): readonly Attribute[] {
  if (given === undefined) return [];
  return [given.kind === "pool" ? attribute(pool, given.pool) : attribute(fixed, String(given.prefix))];
}

function given(name: string, value: GivenValue | undefined): readonly Attribute[] {
  return value === undefined ? [] : [attribute(name, value)];
}
