/* SPDX-License-Identifier: ISC */
/*
 * smtp/end.h: the ends of the machine (private).  Each sets outcome, code and reason, after
 * which the machine takes and gives no octet.
 */
#ifndef SMTP_END_H
#define SMTP_END_H

#include "smtp/smtp.h"

/* The one place that says SMTP_FINISHED; only for a session that was open. */
void smtp_end_ok(struct smtp_client *s);
/* s->reply is whole and not the one hoped for. */
void smtp_end_refused(struct smtp_client *s);
/* s->reply is bad; rest are the n octets behind it on the line, for the excerpt. */
void smtp_end_bad_reply(struct smtp_client *s, const uint8_t *rest, size_t n);
/* n octets came before the command of this step was sent. */
void smtp_end_unexpected(struct smtp_client *s, const uint8_t *p, size_t n);
void smtp_end_no_starttls(struct smtp_client *s);
/* Not an end: s->reply refuses EHLO, whose words the end of HELO needs. */
void smtp_end_note_ehlo(struct smtp_client *s);
void smtp_end_tls_failed(struct smtp_client *s);
/* End of stream or of TLS; why: text of the error or NULL. */
void smtp_end_closed(struct smtp_client *s, const char *why);
/* A plain reply (s->reply), or something else, where TLS records were due. */
void smtp_end_plain(struct smtp_client *s, const uint8_t *rest, size_t n);
void smtp_end_not_tls(struct smtp_client *s, const uint8_t *rest, size_t n);
void smtp_end_flooded(struct smtp_client *s);
void smtp_end_bad_name(struct smtp_client *s);
/* No greeting came, but an answer to a ClientHello that was sent to find out. */
void smtp_end_tls_at_once(struct smtp_client *s);
void smtp_end_timeout(struct smtp_client *s, uint64_t mono);

#endif
