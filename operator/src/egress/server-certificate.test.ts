import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { createAuthority } from "../../../harness/authority/authority.ts";
import { FileFault } from "../../../process/files/file-fault.ts";
import { createLogger } from "../../../process/log.ts";
import { ManualClock } from "../kubernetes/testing/manual-clock.ts";
import { followCertificate, readCertificate, type ServerCertificate } from "./server-certificate.ts";

const authority = await createAuthority("DotMac tests");
let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), "dotmac-certificate-"));
});
afterEach(() => rm(directory, { recursive: true }));

async function renew(): Promise<ServerCertificate> {
  const { certificate: cert, key } = await authority.issue({ dnsNames: ["localhost"] });
  await writeFile(join(directory, "tls.crt"), cert);
  await writeFile(join(directory, "tls.key"), key);
  return { cert, key };
}

describe("the proxy's certificate", () => {
  it("is replaced within a minute of its renewal, but not by a broken one", async () => {
    const clock = new ManualClock();
    const log = createLogger("error", new PassThrough());
    const used: ServerCertificate[] = [await renew()];
    const unfollow = followCertificate(directory, readCertificate(directory), (one) => used.push(one), {
      clock,
      log,
    });
    clock.advance(60_000);
    expect(used).toHaveLength(1);
    const second = await renew();
    clock.advance(60_000);
    expect(used.at(-1)).toEqual(second);
    await writeFile(join(directory, "tls.crt"), "");
    clock.advance(60_000);
    expect(used).toHaveLength(2);
    const fourth = await renew();
    clock.advance(60_000);
    expect(used.at(-1)).toEqual(fourth);
    unfollow();
    expect(clock.pending).toBe(0);
  });

  it.each([
    ["no files", async () => {}],
    [
      "a key of another certificate",
      async () => {
        await renew();
        await writeFile(join(directory, "tls.key"), (await authority.issue({ dnsNames: ["x"] })).key);
      },
    ],
  ])("is refused with the name of the file to mount: %s", async (_what, prepare) => {
    await prepare();
    expect(() => readCertificate(directory)).toThrow(FileFault);
    expect(() => readCertificate(directory)).toThrow("mount a Secret of type kubernetes.io/tls there");
  });
});
