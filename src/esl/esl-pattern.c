/* SPDX-License-Identifier: MIT */
/* esl-pattern.c - PCRE2 with a meter.
 *
 * PCRE2's own match limit counts anew from each place of the value where a match may start, and a
 * single step may run over the whole value: with 4 KiB of either, ten thousand steps took 4
 * seconds. So a callout before each item of the pattern counts all of them, and looks at the
 * processor time now and then, the more often the longer the value is.
 */
#include "esl-pattern.h"

#include <string.h>
#include <time.h>

#define PCRE2_CODE_UNIT_WIDTH 8
#include <pcre2.h>

/* The clock is looked at after so many steps; one over a long value counts for many. */
#define STEPS_PER_LOOK 256u
#define BYTES_PER_STEP 1024u
/* Parentheses in one another, when it is compiled. */
#define NESTING_MAX 50u

struct _Pattern
{
  pcre2_code *code;
};

typedef struct
{
  guint steps;
  guint unlooked; /* since the last look at the clock */
  guint weight;   /* of a step */
  gint64 end;
  const char *why; /* the bound that was reached; NULL: none */
} Meter;

static char *
error_text (int error, gsize at)
{
  PCRE2_UCHAR text[256];

  if (pcre2_get_error_message (error, text, sizeof text) < 0)
    return g_strdup ("no regular expression");
  return g_strdup_printf ("%s, at byte %" G_GSIZE_FORMAT, (const char *)text, at);
}

EslPattern *
esl_pattern_new (const char *text, gsize len, guint flags, char **ret_why)
{
  g_autoptr (EslPattern) pattern = g_new0 (EslPattern, 1);
  pcre2_compile_context *context = pcre2_compile_context_create (NULL);
  guint32 options = PCRE2_AUTO_CALLOUT | PCRE2_NEVER_UTF | PCRE2_NEVER_BACKSLASH_C;
  int error;
  PCRE2_SIZE at;

  if ((flags & ESL_PATTERN_CASELESS) != 0)
    options |= PCRE2_CASELESS;
  if ((flags & ESL_PATTERN_DOTALL) != 0)
    options |= PCRE2_DOTALL;
  pcre2_set_parens_nest_limit (context, NESTING_MAX);
  pattern->code = pcre2_compile ((PCRE2_SPTR)text, len, options, &error, &at, context);
  pcre2_compile_context_free (context);
  if (pattern->code == NULL)
    {
      *ret_why = error_text (error, at);
      return NULL;
    }
  if (esl_pattern_size (pattern) > ESL_PATTERN_SIZE_MAX)
    {
      *ret_why =
          g_strdup_printf ("it takes more than %" G_GSIZE_FORMAT " bytes", ESL_PATTERN_SIZE_MAX);
      return NULL;
    }
  return g_steal_pointer (&pattern);
}

void
esl_pattern_free (EslPattern *pattern)
{
  pcre2_code_free (pattern->code);
  g_free (pattern);
}

gsize
esl_pattern_size (const EslPattern *pattern)
{
  gsize size = 0;

  pcre2_pattern_info (pattern->code, PCRE2_INFO_SIZE, &size);
  return size;
}

/* Of this thread: a machine that is busy elsewhere is no fault of the pattern's. */
static gint64
processor_time (void)
{
  struct timespec now;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

/* Runs before each item. Not 0: the match ends with that. */
static int
on_step (pcre2_callout_block *block, void *data)
{
  Meter *meter = data;

  if (++meter->steps > ESL_PATTERN_STEPS_MAX)
    meter->why = "it takes too many steps";
  meter->unlooked += meter->weight;
  if (meter->unlooked >= STEPS_PER_LOOK)
    {
      meter->unlooked = 0;
      if (processor_time () >= meter->end)
        meter->why = "it takes too long";
    }
  return meter->why != NULL ? PCRE2_ERROR_CALLOUT : 0;
}

EslPatternResult
esl_pattern_match (const EslPattern *pattern, const char *value, gsize len, const char **ret_why)
{
  gsize looked_at = MIN (len, ESL_PATTERN_VALUE_MAX);
  Meter meter = { .weight = 1 + (guint)(looked_at / BYTES_PER_STEP),
                  .end = processor_time () + ESL_PATTERN_TIME_MAX };
  pcre2_match_context *context = pcre2_match_context_create (NULL);
  /* Not kept: what a hard match has made it grow to would stay. */
  pcre2_match_data *found = pcre2_match_data_create (1, NULL);
  int got;

  pcre2_set_match_limit (context, ESL_PATTERN_STEPS_MAX);
  pcre2_set_heap_limit (context, ESL_PATTERN_HEAP_MAX);
  pcre2_set_callout (context, on_step, &meter);
  got = pcre2_match (pattern->code, (PCRE2_SPTR)value, looked_at, 0, 0, found, context);
  pcre2_match_data_free (found);
  pcre2_match_context_free (context);
  /* 0: it matched, and had no room to say where all its groups are. */
  if (got >= 0)
    return ESL_PATTERN_MATCHES;
  if (got == PCRE2_ERROR_NOMATCH)
    return ESL_PATTERN_DIFFERS;
  if (meter.why == NULL)
    meter.why =
        got == PCRE2_ERROR_HEAPLIMIT ? "it takes too much memory" : "it takes too many steps";
  *ret_why = meter.why;
  return ESL_PATTERN_EXCEEDS;
}
