import { type ChildProcess, spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { debianProgram } from "../../../../../harness/machine/debian-program.ts";

/** Debian's FreeRADIUS, which prints the attributes that it reads. */
export interface FreeRadius {
  readonly port: number;
  readonly accountingPort: number;
  /** Its whole output so far. */
  printed(): string;
  stop(): Promise<void>;
}

/** The secret shared with every client, and the common password of all users. */
export const known = { secret: "xyzzy5461", password: "arctangent" };

/** Starts FreeRADIUS on loopback; a reply to a user named "bare" has no Message-Authenticator. */
export async function startFreeRadius(): Promise<FreeRadius> {
  const program = await debianProgram("/usr/sbin/freeradius", "freeradius");
  const folder = await mkdtemp(join(tmpdir(), "free-radius-"));
  const [port, accountingPort] = [await freePort(), await freePort()];
  await writeFile(join(folder, "radiusd.conf"), configuration(port, accountingPort));
  const child = spawn(program, ["-X", "-d", folder, "-D", "/usr/share/freeradius"], {
    env: { ...process.env, TZ: "UTC" },
    stdio: ["ignore", "pipe", "pipe"],
  });
  let printed = "";
  for (const stream of [child.stdout, child.stderr]) stream.on("data", (text) => (printed += text));
  const stop = async () => {
    if (child.exitCode === null && child.kill()) await once(child, "exit");
    await rm(folder, { recursive: true });
  };
  await isReady(child, () => printed);
  return { port, accountingPort, printed: () => printed, stop };
}

async function isReady(child: ChildProcess, printed: () => string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>();
  child.stdout?.on("data", () => {
    if (printed().includes("Ready to process requests")) resolve();
  });
  child.once("exit", () => reject(new Error(`freeradius ended: ${printed().slice(-2000)}`)));
  await promise;
}

/** A port of loopback that no process uses now. */
async function freePort(): Promise<number> {
  const socket = createSocket("udp4").bind(0, "127.0.0.1");
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

function configuration(port: number, accountingPort: number): string {
  return `
prefix = /usr
libdir = /usr/lib/freeradius
security {
  max_attributes = 0
  reject_delay = 0
  status_server = yes
}
client loopback {
  ipaddr = 127.0.0.1
  secret = ${known.secret}
  require_message_authenticator = yes
}
modules {
  pap { }
  chap { }
  mschap { }
  always ok {
    rcode = ok
  }
}
server default {
  listen {
    type = auth
    ipaddr = 127.0.0.1
    port = ${port}
  }
  listen {
    type = acct
    ipaddr = 127.0.0.1
    port = ${accountingPort}
  }
  authorize {
    update control {
      Cleartext-Password := "${known.password}"
    }
    chap
    mschap
    pap
  }
  authenticate {
    Auth-Type PAP {
      pap
    }
    Auth-Type CHAP {
      chap
    }
    Auth-Type MS-CHAP {
      mschap
    }
  }
  post-auth {
    update reply {
      Framed-IP-Address = 192.0.2.7
      Mikrotik-Rate-Limit = "10M/20M"
      Tunnel-Password:2 = "within"
      Framed-IPv6-Prefix = 2001:db8:7::/48
      MS-CHAP-MPPE-Keys = 0x${"09".repeat(24)}
    }
    if (&User-Name != "bare") {
      update reply {
        Message-Authenticator := 0x00
      }
    }
  }
  accounting {
    ok
  }
}
`;
}
