import {
  AsYouType,
  type CountryCode,
  isSupportedCountry,
  parsePhoneNumberWithError,
} from "libphonenumber-js/min";

/** E.164 has 15 digits. People write punctuation, spaces and words for "dial" between them. */
export const longestPhoneNumber = 64;

/**
 * The number in E.164 (`+33612345678`); undefined if the text is not a number. A number without `+` is read as
 * dialled in `country`. Only its length is checked against the country's plan, because new ranges are opened all
 * the time.
 */
export function parsePhoneNumber(text: string, country: string): string | undefined {
  if (text.length > longestPhoneNumber) return undefined;
  try {
    const number = parsePhoneNumberWithError(text, { ...region(country), extract: false });
    return number.isPossible() && number.ext === undefined ? number.number : undefined;
  } catch {
    return undefined;
  }
}

/** The first E.164 digits of a partly typed number, without `+`; undefined if it has no digit. */
export function startOfPhoneNumber(text: string, country: string): string | undefined {
  const typed = new AsYouType(region(country).defaultCountry);
  typed.input(text.replaceAll(/[^\d+]/g, ""));
  return typed.getNumberValue()?.replace("+", "") || undefined;
}

function region(country: string): { defaultCountry?: CountryCode } {
  return isSupportedCountry(country) ? { defaultCountry: country } : {};
}
