/* SPDX-License-Identifier: MIT */
/* sim-input.h - a client's bytes to commands, as mod_event_socket reads them; no I/O.
 *
 * A command is text up to an empty line, then a body if a Content-Length header
 * says so. The oddities are the real ones (protocol: what a client sends):
 *
 *   - blank lines before a command are skipped;
 *   - an empty line is two LFs with only CRs between them;
 *   - a NUL ends the text;
 *   - lines end at the next CR if there is one anywhere ahead, else at the next LF;
 *   - a header line without a colon is ignored, a header with an empty value too;
 *   - the text is taken as complete at 10,485,760 bytes.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

#define SIM_INPUT_MAX 10485760u
/* Bodies have no limit on the switch; here they have. */
#define SIM_INPUT_BODY_MAX (64u * 1024 * 1024)

typedef struct _SimInput SimInput;

typedef struct
{
  char *line;        /* the first line, up to CR, LF or NUL */
  char *text;        /* the whole header text, up to a NUL */
  EslEvent *message; /* Command: LINE, then the headers; the body is the message's */
} SimCommand;

void sim_command_free (SimCommand *command);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimCommand, sim_command_free)

SimInput *sim_input_new (void);
void sim_input_free (SimInput *input);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimInput, sim_input_free)

void sim_input_feed (SimInput *input, const void *bytes, gsize len);
/* The next whole command (owned by the caller), NULL when there is none yet. */
SimCommand *sim_input_next (SimInput *input);
/* TRUE while part of a command has come: the switch then sends no events. */
gboolean sim_input_is_partial (const SimInput *input);
/* TRUE once a body longer than SIM_INPUT_BODY_MAX was announced: no command comes any more. */
gboolean sim_input_is_overrun (const SimInput *input);

/* Adds a header as FreeSWITCH does to any event: an empty value removes the header instead, a value
 * "ARRAY::a|:b" makes an array. */
void sim_header_add (EslEvent *event, const char *name, const char *value);

G_END_DECLS
