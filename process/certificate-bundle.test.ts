import { expect, it } from "vitest";
import { createAuthority } from "../harness/authority/authority.ts";
import { bundleFault } from "./certificate-bundle.ts";

const broken = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

it("accepts a bundle of readable certificates with other text between them", async () => {
  const [first, second] = [await createAuthority("first"), await createAuthority("second")];
  expect(bundleFault(`# old\n${first.certificate}# new\n${second.certificate}`)).toBeUndefined();
});

it.each(["", "trusted", "-----BEGIN CERTIFICATE-----"])("finds no certificate in %j", (bundle) => {
  expect(bundleFault(bundle)).toEqual({ found: "none" });
});

it("names the certificate that cannot be read, and why", async () => {
  const { certificate } = await createAuthority("first");
  expect(bundleFault(certificate + broken)).toEqual({
    found: "that number 2 of 2 cannot be read",
    cause: expect.any(Error),
  });
});
