/* SPDX-License-Identifier: MIT */
/* bench-esl.c - what an event costs: bench-esl FILE...
 *
 * Each file is what a switch sent (tests/transcripts/life_json.server). Its bytes go through
 * the parser again and again, 64 KiB at a time; prints nanoseconds per event, of processor time,
 * with one step more in each column.
 */
#include <string.h>
#include <time.h>

#include "esl-parser.h"

#define RUN_US G_USEC_PER_SEC

typedef enum
{
  FRAMES,  /* only cut into frames */
  PARSE,   /* and each event parsed */
  LENGTHS, /* and counted in the two formats of growing files */
  WRITE,   /* and written in them */
  STEPS
} Step;

typedef struct
{
  EslEvent *event;
  GString *text;
  guint64 n_events;
  guint64 n_bytes;
} Run;

static void
take_event (Run *run, Step step, const EslFrame *frame, EslFormat format)
{
  run->n_events++;
  run->n_bytes += frame->body_len;
  if (step >= PARSE && !esl_event_parse (run->event, format, frame->body, frame->body_len, NULL))
    g_error ("an event can't be parsed: %s", (const char *)frame->body);
  if (step == LENGTHS)
    run->text->len = esl_event_length (run->event, ESL_FORMAT_PLAIN, ESL_LOSSLESS)
                     + esl_event_length (run->event, ESL_FORMAT_JSON, ESL_LOSSLESS);
  if (step == WRITE)
    {
      g_string_truncate (run->text, 0);
      esl_event_append (run->event, ESL_FORMAT_PLAIN, ESL_LOSSLESS, run->text);
      esl_event_append (run->event, ESL_FORMAT_JSON, ESL_LOSSLESS, run->text);
    }
  if (step == LENGTHS)
    run->text->len = 0;
}

static void
feed_all (Run *run, Step step, const char *bytes, gsize len)
{
  static const char *const types[] = { "text/event-plain", "text/event-json" };
  g_autoptr (EslParser) parser = esl_parser_new (NULL);
  EslFrame frame;

  for (gsize at = 0; at < len; at += 65536)
    {
      esl_parser_feed (parser, bytes + at, MIN (len - at, 65536));
      while (esl_parser_next (parser, &frame, NULL) == ESL_PARSER_FRAME)
        for (EslFormat f = ESL_FORMAT_PLAIN; f <= ESL_FORMAT_JSON; f++)
          if (strcmp (frame.content_type, types[f]) == 0)
            take_event (run, step, &frame, f);
    }
}

/* Processor time: others may be busy on the machine. */
static gint64
now_us (void)
{
  struct timespec now;

  clock_gettime (CLOCK_PROCESS_CPUTIME_ID, &now);
  return (gint64)now.tv_sec * G_USEC_PER_SEC + now.tv_nsec / 1000;
}

static double
measure (Step step, const char *bytes, gsize len, double *ret_size)
{
  Run run = { .event = esl_event_new (), .text = g_string_new (NULL) };
  gint64 start = now_us (), now;

  do
    {
      feed_all (&run, step, bytes, len);
      now = now_us ();
    }
  while (now - start < RUN_US && run.n_events > 0);
  esl_event_free (run.event);
  g_string_free (run.text, TRUE);
  *ret_size = run.n_events == 0 ? 0 : (double)run.n_bytes / (double)run.n_events;
  return run.n_events == 0 ? 0 : (double)(now - start) * 1000 / (double)run.n_events;
}

int
main (int argc, char **argv)
{
  g_print ("%-24s %10s %10s %10s %10s %10s\n", "ns an event", "bytes", "frames", "+parse",
           "+lengths", "+write");
  for (int i = 1; i < argc; i++)
    {
      g_autofree char *bytes = NULL;
      g_autofree char *name = g_path_get_basename (argv[i]);
      g_autoptr (GError) error = NULL;
      double size, cost[STEPS];
      gsize len;

      if (!g_file_get_contents (argv[i], &bytes, &len, &error))
        g_error ("%s", error->message);
      for (Step step = 0; step < STEPS; step++)
        cost[step] = measure (step, bytes, len, &size);
      g_print ("%-24s %10.0f %10.0f %10.0f %10.0f %10.0f\n", name, size, cost[FRAMES], cost[PARSE],
               cost[LENGTHS], cost[WRITE]);
    }
  return 0;
}
