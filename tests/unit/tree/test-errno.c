/* SPDX-License-Identifier: MIT */
/* test-errno.c - what the switch says, as errno. The texts have no NUL behind them, as those of
 * jobs have none: a sanitizer sees whoever looks for it.
 */
#include "tree-errno.h"

#include <errno.h>
#include <string.h>

static const struct
{
  const char *command, *text;
  int error;
} replies[] = {
  { "version", "FreeSWITCH\n", 0 },
  { "version", "", 0 },
  { "version", "+OK", 0 },
  { "version", "-ERR no reply\n", 0 },
  { "version", "-ERR no reply", 0 },
  { "nosuch", "-ERR nosuch Command not found!\n", EOPNOTSUPP },
  { "sendmsg", "-ERR invalid session id [x]", ENXIO },
  { "sendmsg", "-ERR unknown application nosuch", EOPNOTSUPP },
  { "uuid_kill x", "-ERR No such channel!\n", ENXIO },
  { "uuid_kill x", "-ERR permission denied\n", EACCES },
  { "originate x", "-USAGE: <call url>\n", EINVAL },
  { "originate x", "-ERR USER_BUSY\n", EREMOTEIO },
  { "originate x", "-ERR", EREMOTEIO },
  { "originate x", "-ERROR something", EREMOTEIO },
  { "originate x", "-ER", 0 },
  { "originate x", "-", 0 },
  /* words of a later line are not the refusal's */
  { "originate x", "-ERR USER_BUSY\n-ERR No such channel!\n", EREMOTEIO },
  /* somebody's data, whatever it looks like */
  { "echo -ERR x", "-ERR x", 0 },
  { "eval -USAGE", "-USAGE", 0 },
  { "uuid_getvar x y", "-ERR No such channel!\n", ENXIO },
  { "uuid_getvar x y", "-ERR No such channel", 0 },
  /* refusals in a later line */
  { "reloadxml", "+OK [Success]\n", 0 },
  { "reloadxml", "+OK", 0 },
  { "reloadxml", "+OK\n-ERR [bad]\n", EREMOTEIO },
  { "reloadxml", "+OK\n-ERR", EREMOTEIO },
  { "reloadxml", "+OK\n-ER", 0 },
  { "reloadxml", "+OK\n", 0 },
  { "RELOADXML now", "+OK\n-ERR [bad]\n", EREMOTEIO },
  { "reload mod_x", "+OK Reloading XML\n-ERR invalid\n", EINVAL },
  { "uuid_answer x", "-ERROR: Channel is locked!\n", ENXIO },
  { "uuid_answer x", "-ERRO", EREMOTEIO },
  { "sofia x", "Unknown Command", EOPNOTSUPP },
  { "sofia profile x", "Invalid Profile!\n", EINVAL },
  { "sofia profile x", "Invalid Pro", 0 },
  { "sofiax", "Unknown Command", 0 },
  { "show channels", "+OK\n-ERR x\n", 0 },
};

static void
test_replies (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (replies); i++)
    {
      gsize len = strlen (replies[i].text);
      g_autofree char *bytes = g_memdup2 (replies[i].text, len);
      int error = tree_errno_of_reply (replies[i].command, bytes, len);

      if (error != replies[i].error)
        g_error ("%s: \"%s\": %d, not %d", replies[i].command, replies[i].text, error,
                 replies[i].error);
    }
}

/* What comes after the length counts for nothing. */
static void
test_bounded (void)
{
  g_assert_cmpint (tree_errno_of_reply ("reloadxml", "+OK\n-ERR bad\n", 4), ==, 0);
  g_assert_cmpint (tree_errno_of_reply ("x", "-ERR busy No such channel", 9), ==, EREMOTEIO);
  g_assert_cmpint (tree_errno_of_reply ("x", "-ERR no reply\nmore", 14), ==, 0);
  g_assert_cmpint (tree_errno_of_reply ("x", NULL, 0), ==, 0);
  g_assert_true (tree_reply_is_empty ("-ERR no reply\n", 14));
  g_assert_false (tree_reply_is_empty ("-ERR no reply\nx", 15));
}

static void
test_errors (void)
{
  g_autoptr (GError) down = g_error_new_literal (SW_ERROR, SW_ERROR_DOWN, "x");
  g_autoptr (GError) lost = g_error_new_literal (SW_ERROR, SW_ERROR_LOST, "x");
  g_autoptr (GError) abandoned = g_error_new_literal (SW_ERROR, SW_ERROR_ABANDONED, "x");
  g_autoptr (GError) other = g_error_new_literal (ESL_CONNECTION_ERROR, 0, "x");

  g_assert_cmpint (tree_errno_of_error (NULL), ==, 0);
  g_assert_cmpint (tree_errno_of_error (down), ==, EHOSTDOWN);
  g_assert_cmpint (tree_errno_of_error (lost), ==, ECONNRESET);
  g_assert_cmpint (tree_errno_of_error (abandoned), ==, EINTR);
  g_assert_cmpint (tree_errno_of_error (other), ==, EIO);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/errno/replies", test_replies);
  g_test_add_func ("/errno/bounded", test_bounded);
  g_test_add_func ("/errno/errors", test_errors);
  return g_test_run ();
}
