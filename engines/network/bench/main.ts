import { measureAlarms, measureChain } from "./alarms.ts";
import { measureFreeSpace } from "./free-space.ts";
import { measureRadius } from "./radius.ts";
import { measureSessions } from "./sessions.ts";

const radius = measureRadius();
console.log(
  `${radius.accounting.packetsPerSecond} accounting and ${radius.access.packetsPerSecond} access packets/s of one core`,
);
const freeSpace = measureFreeSpace();
console.log(
  `next free address among ${freeSpace.children} in ${freeSpace.ipv4.nextAddressMicroseconds} µs of IPv4, ${freeSpace.ipv6.nextAddressMicroseconds} µs of IPv6`,
);
const alarms = measureAlarms();
console.log(
  `${alarms.polls} polls of ${alarms.devices} devices with a core failure walked in ${alarms.milliseconds} ms`,
);
const chain = measureChain();
console.log(
  `a chain of ${chain.devices} lost devices walked in ${chain.milliseconds} ms, twice as many in ${chain.twiceAsManyMilliseconds} ms`,
);
const sessions = measureSessions();
for (const { kind, milliseconds, twiceAsManyMilliseconds } of sessions.kinds) {
  console.log(
    `a session of ${sessions.records} records with ${kind} read in ${milliseconds} ms, twice as many in ${twiceAsManyMilliseconds} ms`,
  );
}
const reached = radius.reached && freeSpace.reached;
console.log(
  JSON.stringify({ benchmark: "network-engine", radius, freeSpace, alarms, chain, sessions, reached }),
);
