/* SPDX-License-Identifier: MIT */
/* esl-pattern.h - a regular expression that a stranger wrote: what it may cost is bounded, in
 * memory as it is compiled, in steps and processor time as it is matched.
 *
 * PCRE2's syntax, over bytes, as the switch has it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Pattern EslPattern;

/* Bytes of a compiled one. */
#define ESL_PATTERN_SIZE_MAX ((gsize)32 * 1024)
/* Items of the pattern that one match may try, and microseconds of processor time that it may take.
 * Most matches end within a hundred steps. */
#define ESL_PATTERN_STEPS_MAX 50000u
#define ESL_PATTERN_TIME_MAX ((gint64)4000)
/* Kibibytes that the way back may take. */
#define ESL_PATTERN_HEAP_MAX 1024u
/* Bytes of a value that are looked at. */
#define ESL_PATTERN_VALUE_MAX ((gsize)8 * 1024)

typedef enum
{
  ESL_PATTERN_CASELESS = 1 << 0,
  ESL_PATTERN_DOTALL = 1 << 1,
} EslPatternFlags;

typedef enum
{
  ESL_PATTERN_DIFFERS,
  ESL_PATTERN_MATCHES,
  ESL_PATTERN_EXCEEDS, /* one of the bounds: nothing is known */
} EslPatternResult;

/* NULL: it is none, or too large; *ret_why (owned) is then one line of text without a newline. */
EslPattern *esl_pattern_new (const char *text, gsize len, guint flags, char **ret_why);
void esl_pattern_free (EslPattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (EslPattern, esl_pattern_free)

/* Bytes that it takes. */
gsize esl_pattern_size (const EslPattern *pattern);
/* Anywhere in the value. ESL_PATTERN_EXCEEDS: *ret_why (static) says which bound it was. */
EslPatternResult esl_pattern_match (const EslPattern *pattern, const char *value, gsize len,
                                    const char **ret_why);

G_END_DECLS
