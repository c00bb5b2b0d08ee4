/** The milliseconds of a duration such as `168h`, `1h30m` or `90s`, in the form the Tenant's schema admits. */
export function parseDuration(text: string): number {
  const match = /^(?:(\d+)h)?(?:(\d+)m)?(?:(\d+)s)?$/.exec(text);
  if (match === null || text === "") {
    throw new TypeError(`Expected a duration such as 168h or 1h30m, found ${JSON.stringify(text)}.`);
  }
  const [hours, minutes, seconds] = match.slice(1).map((digits) => Number(digits ?? 0)) as [
    number,
    number,
    number,
  ];
  return ((hours * 60 + minutes) * 60 + seconds) * 1_000;
}
