/* SPDX-License-Identifier: MIT */
/* sim-vars.h - variables of a channel (or of the core), and how commands spell them.
 *
 * Ordered as FreeSWITCH keeps them: setting a variable again moves it to the end. Names are
 * compared without regard to case. A value is a string, or an array of strings that reads as
 * "ARRAY::a|:b".
 */
#pragma once

#include "sim-core.h"

G_BEGIN_DECLS

/* More variables than this are refused in silence; a real channel has a hundred. */
#define SIM_VARS_MAX 20000u

SimVars *sim_vars_new (void);
SimVars *sim_vars_copy (const SimVars *vars);
void sim_vars_free (SimVars *vars);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SimVars, sim_vars_free)

/* NULL or "" unsets. NAME[i] sets a cell; a value that begins "ARRAY::" makes an array. */
void sim_vars_set (SimVars *vars, const char *name, const char *value);
void sim_vars_setf (SimVars *vars, const char *name, const char *format, ...) G_GNUC_PRINTF (3, 4);
/* NULL when unset. Belongs to `vars`, until the variable is next changed. */
const char *sim_vars_get (const SimVars *vars, const char *name);
guint sim_vars_count (const SimVars *vars);
/* In order; `ret_value` may be NULL. */
const char *sim_vars_nth (const SimVars *vars, guint index, const char **ret_value);
/* Adds every variable as a header `<prefix><name>`. */
void sim_vars_describe (const SimVars *vars, EslEvent *esl, const char *prefix);

/* Cuts `text` at spaces into at most `max` words, the last of which is all the rest. Quotes ('...')
 * hold a word together and vanish; \n \r \t \s \\ \' are escapes (protocol: variables). A text
 * that begins "^^X" is cut at X. The strings belong to the array, which always has at least one
 * element, NULL-terminated. */
GStrv sim_words_split (const char *text, guint max);
/* The same at another separator, for lists like a=1;b=2. */
GStrv sim_words_split_at (const char *text, char separator, guint max);
/* "true", "yes", "on", "1" ... as FreeSWITCH reads a truth. */
gboolean sim_word_is_true (const char *word);

G_END_DECLS
