import { Webhook } from "standardwebhooks";
import { describe, expect, it } from "vitest";
import { newSecret, signatures } from "./signature.ts";

describe("a signature", () => {
  // The vector of the reference libraries of Standard Webhooks.
  const message = {
    id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    timestamp: 1_614_265_330,
    body: '{"test": 2432232314}',
  };
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

  it("is that of the reference vector", () => {
    expect(signatures(message, [secret])).toBe("v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=");
  });

  it("is that of the reference library, for each secret", () => {
    const secrets = [newSecret(), newSecret()];
    const expected = secrets.map((each) =>
      new Webhook(each).sign(message.id, new Date(message.timestamp * 1_000), message.body),
    );
    expect(signatures(message, secrets)).toBe(expected.join(" "));
  });
});

describe("a new secret", () => {
  it("has 32 random bytes", () => {
    const secret = newSecret();
    expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
    expect(newSecret()).not.toBe(secret);
  });
});
