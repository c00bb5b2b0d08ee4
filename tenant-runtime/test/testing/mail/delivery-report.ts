/** The parts of a report that tests choose. */
export interface ReportParts {
  /** The address to which the report was sent. */
  readonly to?: string;
  /** The Message-ID in the headers that are returned; undefined: none are. */
  readonly returned?: string | undefined;
  readonly action?: string;
  readonly status?: string;
  readonly type?: string;
}

/** A delivery status notification as Postfix writes it (RFC 3464). */
export function deliveryReport({
  to = "billing@north.example",
  returned,
  action = "failed",
  status = "5.1.1",
  type = "message/delivery-status",
}: ReportParts): string {
  const original =
    returned === undefined
      ? []
      : [
          "--part",
          "Content-Description: Undelivered Message Headers",
          "Content-Type: text/rfc822-headers",
          "",
          "From: North <billing@north.example>",
          "To: ann@example.com",
          "Subject: Test",
          `Message-ID: ${returned}`,
          "",
        ];
  return [
    "From: MAILER-DAEMON@mx.example.com (Mail Delivery System)",
    `To: ${to}`,
    "Subject: Undelivered Mail Returned to Sender",
    "Auto-Submitted: auto-replied",
    "MIME-Version: 1.0",
    'Content-Type: multipart/report; report-type=delivery-status; boundary="part"',
    "",
    "--part",
    "Content-Type: text/plain; charset=us-ascii",
    "",
    "I'm sorry to have to inform you that your message could not be delivered.",
    "",
    "--part",
    `Content-Type: ${type}`,
    "",
    "Reporting-MTA: dns; mx.example.com",
    "Arrival-Date: Mon, 30 Nov 2026 12:00:00 +0000 (UTC)",
    "",
    "Final-Recipient: rfc822; ann@example.com",
    "Original-Recipient: rfc822;ann@example.com",
    `Action: ${action}`,
    `Status: ${status}`,
    "Remote-MTA: dns; mx2.example.com",
    `Diagnostic-Code: smtp; 550 ${status} <ann@example.com>: User`,
    "    unknown",
    "",
    ...original,
    "--part--",
    "",
  ].join("\r\n");
}
