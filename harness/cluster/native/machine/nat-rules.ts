import { natTable, network, outside } from "../state/layout.ts";

/** Pods reach other networks with the machine's address. Only the outside listener sees their own. */
export const natRules = `table ip ${natTable} {
  chain postrouting {
    type nat hook postrouting priority srcnat; policy accept;
    ip saddr ${network.podRange} ip daddr != { ${network.podRange}, ${network.nodeAddress}, ${outside.address} } masquerade
  }
}
`;
