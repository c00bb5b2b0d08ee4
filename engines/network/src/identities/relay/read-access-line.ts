import { isVlan } from "../is-vlan.ts";

/**
 * A line in the text form of an access node: RFC 4679 section 3.3.1, after TR-101, `<node> eth
 * <slot>/<port>[:<vlan>]` or `<node> atm <slot>/<port>:<vpi>.<vci>`. ZTE and other vendors that follow China
 * Telecom write both VLANs and the access node after it, often without a name: `eth 0/0/5:30.3611 0/0/0/0/0/0`.
 */
export type AccessLine = EthernetLine | AtmLine;

interface Place {
  /** Undefined if the text names only the port. */
  readonly node: string | undefined;
  /** The whole text before the port: `0`, or `1/0` of a stack. */
  readonly slot: string;
  readonly port: number;
  /** Name, rack, frame, slot, sub-slot and port of the access node behind the port. */
  readonly accessNode?: string;
}

interface EthernetLine extends Place {
  readonly link: "eth";
  readonly vlan: number | undefined;
  /** The second tag, the customer's. */
  readonly innerVlan?: number;
}

interface AtmLine extends Place {
  readonly link: "atm";
  readonly vpi: number;
  readonly vci: number;
}

const port = String.raw`([\w.]+(?:\/[\w.]+)*)\/(\d{1,5})`;
const accessNode = String.raw`([^\s/]+(?:\/\w+){5}(?::\d{1,4}\.\d{1,5})?)`;
const ethernet = new RegExp(
  String.raw`^(?:(.*\S) +)?eth +${port}(?::(\d{1,4})(?:\.(\d{1,4}))?)?(?: +${accessNode})?$`,
  "i",
);
const atm = new RegExp(String.raw`^(?:(.*\S) +)?atm +${port}:(\d{1,4})\.(\d{1,5})(?: +${accessNode})?$`, "i");

/** The value for no VLAN in the layout with two VLANs. */
const untagged = 4096;

/** The most that the 12 bits of a VPI, between networks, and the 16 bits of a VCI hold (ITU-T I.361). */
const [highestVpi, highestVci] = [0xfff, 0xffff];

/** The line in a circuit id's text; undefined for a text of another form. */
export function readAccessLine(text: string): AccessLine | undefined {
  return readEthernet(text) ?? readAtm(text);
}

function readEthernet(text: string): EthernetLine | undefined {
  const [, node, slot, port, outer, inner, behind] = ethernet.exec(text) ?? [];
  const place = placeOf(node, slot, port, behind);
  if (place === undefined) return undefined;
  const tags = [outer, inner].flatMap((tag) => (tag === undefined ? [] : [Number(tag)]));
  const vlans = inner === undefined ? tags : tags.filter((tag) => tag !== untagged);
  if (!vlans.every(isVlan)) return undefined;
  const [vlan, innerVlan] = vlans;
  return { link: "eth", ...place, vlan, ...(innerVlan === undefined ? {} : { innerVlan }) };
}

function readAtm(text: string): AtmLine | undefined {
  const [, node, slot, port, vpi, vci, behind] = atm.exec(text) ?? [];
  const place = placeOf(node, slot, port, behind);
  if (place === undefined || Number(vpi) > highestVpi || Number(vci) > highestVci) return undefined;
  return { link: "atm", ...place, vpi: Number(vpi), vci: Number(vci) };
}

/** The text names the node or the equipment behind the port. A port alone is ambiguous, so it is refused. */
function placeOf(
  node: string | undefined,
  slot: string | undefined,
  port: string | undefined,
  behind: string | undefined,
): Place | undefined {
  if (slot === undefined || (node === undefined && behind === undefined)) return undefined;
  if (behind !== undefined && !hasTags(behind)) return undefined;
  return { node, slot, port: Number(port), ...(behind === undefined ? {} : { accessNode: behind }) };
}

/** Whether the numbers after an access node's port, if any, are two tags or a VPI and a VCI. */
function hasTags(behind: string): boolean {
  const [, first = "0", second = "0"] = /:(\d+)\.(\d+)$/.exec(behind) ?? [];
  return Number(first) <= untagged && Number(second) <= highestVci;
}
