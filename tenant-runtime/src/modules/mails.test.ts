import { describe, expect, it } from "vitest";
import { createCatalogue } from "../module/catalogue.ts";
import { mailLanguages } from "../platform/mail/languages.ts";
import type { MailText } from "../platform/mail/template.ts";
import { modules } from "./list.ts";
import { letterOf } from "./mail/sending/letter.ts";
import { testMail } from "./mail/templates.ts";
import { endpointDisabledMail } from "./webhook/sending/notice.ts";

const hostile = `<b onclick='x("1")'>& North`;

/** Values of each template: all of its variants, with texts that HTML would read. */
const samples: Readonly<Record<string, readonly object[]>> = {
  [testMail.name]: [{}],
  [endpointDisabledMail.name]: [
    { host: "hooks.example.com", description: hostile, reason: "gone" },
    { host: "hooks.example.com", description: null, reason: "failing" },
  ],
};

const { mailTemplates } = createCatalogue(modules);
const all = [...mailTemplates.values()].flatMap((template) =>
  (samples[template.name] ?? []).map((values) => ({ name: template.name, template, values })),
);

describe("the messages of the modules", () => {
  it("are all tried here", () => {
    expect(Object.keys(samples).sort()).toEqual([...mailTemplates.keys()].sort());
  });

  describe.each(all)("$name with $values", ({ template, values }) => {
    const texts = Object.fromEntries(
      mailLanguages.map((language) => [language, template.write(language, values, hostile)]),
    ) as Record<(typeof mailLanguages)[number], MailText>;

    it("say the same in each language, with other words", () => {
      const { en, fr } = texts;
      expect(en.paragraphs.length).toBeGreaterThan(0);
      expect(fr.paragraphs).toHaveLength(en.paragraphs.length);
      for (const [one, other] of [
        [en.subject, fr.subject],
        ...en.paragraphs.map((paragraph, index) => [paragraph, fr.paragraphs[index]]),
      ]) {
        expect(one?.trim()).toBeTruthy();
        expect(other?.trim()).toBeTruthy();
        expect(other).not.toBe(one);
      }
      for (const value of Object.values(values))
        if (typeof value === "string" && value !== "gone" && value !== "failing")
          for (const text of [en, fr]) expect(text.paragraphs.join("\n")).toContain(value);
    });

    it.each(mailLanguages)("have no HTML of a name or a value, in %s", (language) => {
      const letter = letterOf(texts[language], language, hostile);
      expect(letter.text).toContain(hostile);
      expect(letter.html).not.toContain("<b ");
      expect(letter.html).toContain("&lt;b onclick=&#39;x(&quot;1&quot;)&#39;&gt;&amp; North");
      const tags = [...letter.html.matchAll(/<\/?([a-z!]+)/g)].map(([, tag]) => tag);
      expect(new Set(tags)).toEqual(
        new Set(["!doctype", "html", "head", "meta", "title", "body", "p", "br"]),
      );
      expect(letter.html).toContain(`<html lang="${language}">`);
    });

    it("refuse values that they do not know", () => {
      expect(() => template.write("en", { ...values, more: 1 }, "North")).toThrow(/more/);
    });
  });
});
