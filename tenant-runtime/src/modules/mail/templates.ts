import { z } from "zod";
import { defineMail } from "../../platform/mail/template.ts";

/** A message by which administrators see that their mail server works. */
export const testMail = defineMail("mail.test", z.strictObject({}), {
  en: (_values, provider) => ({
    subject: `Test message of ${provider}`,
    paragraphs: [
      `This is a test message. It shows that ${provider} can send messages through its mail server.`,
      "You get it because you asked for it. You need to do nothing.",
    ],
  }),
  fr: (_values, provider) => ({
    subject: `Message d’essai de ${provider}`,
    paragraphs: [
      `Ceci est un message d’essai. Il montre que ${provider} peut envoyer des messages par son serveur de messagerie.`,
      "Vous le recevez parce que vous l’avez demandé. Vous n’avez rien à faire.",
    ],
  }),
});
