import { X509Certificate } from "node:crypto";
import { beforeAll, describe, expect, it } from "vitest";
import { createAuthority } from "../../../harness/authority/authority.ts";
import { certificateFault } from "./certificate-fault.ts";
import type { CertificatePair } from "./certificate-pair.ts";
import { issueCertificate } from "./issue-certificate.ts";

const now = new Date();
const inDays = (days: number) => new Date(now.getTime() + days * 86_400_000);
const dnsNames = ["north.example.test", "www.north.example.test"];

describe("a certificate of the local authority", () => {
  let authority: CertificatePair;
  let pair: CertificatePair;

  beforeAll(async () => {
    authority = await localAuthority(365);
    pair = await issueCertificate(authority, dnsNames, now);
  });

  it("is valid for its names only and verified by the authority", () => {
    const certificate = new X509Certificate(pair.certificate);
    expect(certificate.checkHost("north.example.test")).toBe("north.example.test");
    expect(certificate.checkHost("south.example.test")).toBeUndefined();
    expect(certificate.checkIssued(new X509Certificate(authority.certificate))).toBe(true);
  });

  it("is kept until 30 days before its end", () => {
    expect(faultAt(inDays(59))).toBeUndefined();
    expect(faultAt(inDays(61))).toBe("it ends soon");
  });

  it("is kept to its end when its authority ends with it", async () => {
    const short = await localAuthority(20);
    const last = await issueCertificate(short, dnsNames, now);
    expect(
      certificateFault(last, { dnsNames, authority: short.certificate, now: inDays(15) }),
    ).toBeUndefined();
  });

  it("is issued again for other names, after a change of the authority, without its key, or when it is malformed", async () => {
    const desired = { dnsNames, authority: authority.certificate, now };
    const other = await localAuthority(365);
    const another = await issueCertificate(authority, dnsNames, now);
    expect(certificateFault(pair, desired)).toBeUndefined();
    expect(certificateFault(undefined, desired)).toBe("there is none");
    expect(certificateFault(pair, { ...desired, dnsNames: ["north.example.test"] })).toBe(
      "it is for other names",
    );
    expect(certificateFault(pair, { ...desired, authority: other.certificate })).toBe(
      "another authority signed it",
    );
    expect(certificateFault({ ...pair, privateKey: another.privateKey }, desired)).toBe(
      "its key is not its own",
    );
    expect(certificateFault({ ...pair, certificate: "nonsense" }, desired)).toBe("it cannot be read");
  });

  it("is not signed with a key of another form, and the error names the expected form", async () => {
    const broken = { ...authority, privateKey: authority.certificate };
    await expect(issueCertificate(broken, dnsNames, now)).rejects.toThrow("ECDSA P-256 in PKCS #8");
  });

  function faultAt(at: Date): string | undefined {
    return certificateFault(pair, { dnsNames, authority: authority.certificate, now: at });
  }
});

async function localAuthority(days: number): Promise<CertificatePair> {
  const { certificate, key } = await createAuthority("DotMac tests", days);
  return { certificate, privateKey: key };
}
