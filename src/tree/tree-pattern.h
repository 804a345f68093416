/* SPDX-License-Identifier: MIT */
/* tree-pattern.h - a regular expression that a stranger wrote: what it may cost is bounded, in
 * memory as it is compiled, in steps and processor time as it is matched.
 *
 * PCRE2's syntax, over bytes, as the switch has it.
 */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

typedef struct _Pattern Pattern;

/* Bytes of a compiled one. */
#define PATTERN_SIZE_MAX ((gsize)32 * 1024)
/* Items of the pattern that one match may try, and microseconds of processor time that it may take.
 * Most matches end within a hundred steps. */
#define PATTERN_STEPS_MAX 50000u
#define PATTERN_TIME_MAX ((gint64)4000)
/* Kibibytes that the way back may take. */
#define PATTERN_HEAP_MAX 1024u
/* Bytes of a value that are looked at. */
#define PATTERN_VALUE_MAX ((gsize)8 * 1024)

typedef enum
{
  PATTERN_CASELESS = 1 << 0,
  PATTERN_DOTALL = 1 << 1,
} PatternFlags;

typedef enum
{
  PATTERN_DIFFERS,
  PATTERN_MATCHES,
  PATTERN_EXCEEDS, /* one of the bounds: nothing is known */
} PatternResult;

/* NULL: it is none, or too large; *ret_why (owned) is then one line of text without a newline. */
Pattern *pattern_new (const char *text, gsize len, guint flags, char **ret_why);
void pattern_free (Pattern *pattern);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (Pattern, pattern_free)

/* Bytes that it takes. */
gsize pattern_size (const Pattern *pattern);
/* Anywhere in the value. PATTERN_EXCEEDS: *ret_why (static) says which bound it was. */
PatternResult pattern_match (const Pattern *pattern, const char *value, gsize len,
                             const char **ret_why);

G_END_DECLS
