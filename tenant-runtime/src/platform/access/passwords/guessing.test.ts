import { describe, expect, it } from "vitest";
import { createEstimateStrength } from "./guessing.ts";
import { oneTimePassword } from "./password.ts";

const knownWords = ["north", "fibre", "northfibre", "moreau", "dotmac", "maría", "lópez", "maríalópez"];
const estimate = createEstimateStrength();

describe("the strength of a password", () => {
  it.each(["P@ssw0rdP@ssw0rd", "Passw0rd2024!!", "1q2w3e4r5t6y", "Administrator1!", "motdepasse123"])(
    "is too low for %s",
    async (password) => {
      expect(await estimate({ password, knownWords: [] })).toEqual({ isWeak: true, knownWord: undefined });
    },
  );

  it.each([
    ["northfibre2024", "northfibre"],
    ["D0tmac-2024!", "D0tmac"],
    ["north fibre rocks", "north"],
    ["María López 2026", "María"],
    ["María.López.2026", "María"],
    ["m-a-r-i-a-l-o-p-e-z", "marialopez"],
  ])("is too low for %s when the known word %s is tried", async (password, knownWord) => {
    expect(await estimate({ password, knownWords })).toEqual({ isWeak: true, knownWord });
  });

  it.each([
    "correct horse battery staple",
    "north wind over four fibre hills",
    "小さな赤い自転車が坂を下る",
    "a quiet river in may",
    "x7$Kp!2qZ#9v",
    "#$%^&*(!@)_+{}:a",
    oneTimePassword(),
  ])("is sufficient for %s", async (password) => {
    expect((await estimate({ password, knownWords })).isWeak).toBe(false);
  });

  it("is estimated also for the longest passwords of the most expensive kinds", async () => {
    const worst = ["p4$5w0rD".repeat(16), "4@8(6{0$5!1l|".repeat(10).slice(0, 128)];
    const answers = await Promise.all(worst.map((password) => estimate({ password, knownWords: [] })));
    expect(answers.map(({ isWeak }) => isWeak)).toEqual([true, false]);
  });

  it("is estimated for one password at a time, and refused beyond the length of the queue", async () => {
    const busy = createEstimateStrength({ waiting: 1 });
    const asked = Array.from({ length: 3 }, () => busy({ password: "passwordpassword", knownWords: [] }));
    const answers = await Promise.allSettled(asked);
    expect(answers).toMatchObject([
      { value: { isWeak: true } },
      { value: { isWeak: true } },
      { reason: { code: "LOGIN_BUSY", headers: { "Retry-After": "5" } } },
    ]);
  });
});
