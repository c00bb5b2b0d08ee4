/**
 * A line as an access node names it in text: RFC 4679 section 3.3.1, after TR-101,
 * `<node> eth <slot>/<port>[:<vlan>]` or `<node> atm <slot>/<port>:<vpi>.<vci>`.
 */
export type AccessLine = EthernetLine | AtmLine;

interface Place {
  readonly node: string;
  /** All that stands before the port: `0`, or `1/0` of a stack. */
  readonly slot: string;
  readonly port: number;
}

interface EthernetLine extends Place {
  readonly link: "eth";
  readonly vlan: number | undefined;
}

interface AtmLine extends Place {
  readonly link: "atm";
  readonly vpi: number;
  readonly vci: number;
}

const ethernet = /^(.*\S) +eth +([\w.]+(?:\/[\w.]+)*)\/(\d{1,5})(?::(\d{1,4}))?$/i;
const atm = /^(.*\S) +atm +([\w.]+(?:\/[\w.]+)*)\/(\d{1,5}):(\d{1,4})\.(\d{1,5})$/i;

/** 12 bits, without the two that IEEE 802.1Q reserves. */
const isVlan = (vlan: number | undefined) => vlan === undefined || (vlan >= 1 && vlan <= 4094);

/** The line that a circuit id's text names; undefined for a text of another form. */
export function readAccessLine(text: string): AccessLine | undefined {
  return readEthernet(text) ?? readAtm(text);
}

function readEthernet(text: string): EthernetLine | undefined {
  const [, node, slot, port, tag] = ethernet.exec(text) ?? [];
  if (node === undefined || slot === undefined) return undefined;
  const vlan = tag === undefined ? undefined : Number(tag);
  return isVlan(vlan) ? { link: "eth", node, slot, port: Number(port), vlan } : undefined;
}

function readAtm(text: string): AtmLine | undefined {
  const [, node, slot, port, vpi, vci] = atm.exec(text) ?? [];
  if (node === undefined || slot === undefined) return undefined;
  return { link: "atm", node, slot, port: Number(port), vpi: Number(vpi), vci: Number(vci) };
}
