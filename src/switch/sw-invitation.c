/* SPDX-License-Identifier: MIT */
/* sw-invitation.c - see the header. */
#include "sw-invitation.h"

#include <string.h>

#define DEFAULT_PORT 8084 /* of the `socket` application */

struct _SwInvitations
{
  GHashTable *table; /* of SwInvitation, by Unique-ID */
};

static void
invitation_free (gpointer data)
{
  SwInvitation *invitation = data;

  g_free (invitation->data);
  g_free (invitation->created);
  g_free (invitation->run);
  g_free (invitation);
}

SwInvitations *
sw_invitations_new (void)
{
  SwInvitations *invitations = g_new0 (SwInvitations, 1);

  invitations->table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, invitation_free);
  return invitations;
}

void
sw_invitations_free (SwInvitations *invitations)
{
  g_hash_table_unref (invitations->table);
  g_free (invitations);
}

void
sw_invitations_clear (SwInvitations *invitations)
{
  g_hash_table_remove_all (invitations->table);
}

SwInvitation *
sw_invitations_lookup (SwInvitations *invitations, const char *uuid)
{
  return g_hash_table_lookup (invitations->table, uuid);
}

static gboolean
invitation_is_of (const SwInvitation *invitation, const EslEvent *event)
{
  return g_strcmp0 (invitation->run, esl_event_get_last (event, "Application-UUID")) == 0;
}

static void
invite (SwInvitations *invitations, const char *uuid, const EslEvent *event, const char *data,
        const char *run)
{
  SwInvitation *invitation = g_new0 (SwInvitation, 1);

  invitation->data = g_strdup (data != NULL ? data : "");
  invitation->created = g_strdup (esl_event_get_last (event, "Caller-Channel-Created-Time"));
  invitation->run = g_strdup (run);
  g_hash_table_replace (invitations->table, g_strdup (uuid), invitation);
}

/* The switch has several threads for its events: a run's end may come after the next one's begin.
 */
static void
withdraw (SwInvitations *invitations, const char *uuid, const EslEvent *event)
{
  const SwInvitation *invitation = sw_invitations_lookup (invitations, uuid);

  if (invitation != NULL && (invitation->run == NULL || invitation_is_of (invitation, event)))
    g_hash_table_remove (invitations->table, uuid);
}

static void
rename_channel (SwInvitations *invitations, const char *uuid, const char *old)
{
  gpointer key, invitation;

  if (old == NULL || strcmp (old, uuid) == 0
      || !g_hash_table_steal_extended (invitations->table, old, &key, &invitation))
    return;
  g_free (key);
  g_hash_table_replace (invitations->table, g_strdup (uuid), invitation);
}

static gboolean
is_socket (const char *application)
{
  return application != NULL && strcmp (application, "socket") == 0;
}

gboolean
sw_invitations_apply (SwInvitations *invitations, const EslEvent *event)
{
  const char *name = esl_event_name (event);
  const char *uuid;

  if (name == NULL || !g_str_has_prefix (name, "CHANNEL_"))
    return FALSE;
  uuid = esl_event_get_last (event, "Unique-ID");
  if (uuid == NULL)
    return FALSE;
  if (strcmp (name, "CHANNEL_DESTROY") == 0)
    g_hash_table_remove (invitations->table, uuid);
  else if (strcmp (name, "CHANNEL_UUID") == 0)
    rename_channel (invitations, uuid, esl_event_get_last (event, "Old-Unique-ID"));
  else if (g_str_has_prefix (name, "CHANNEL_EXECUTE")
           && is_socket (esl_event_get_last (event, "Application")))
    {
      if (strcmp (name, "CHANNEL_EXECUTE") != 0)
        {
          withdraw (invitations, uuid, event);
          return FALSE;
        }
      invite (invitations, uuid, event, esl_event_get_last (event, "Application-Data"),
              esl_event_get_last (event, "Application-UUID"));
      return TRUE;
    }
  return FALSE;
}

gboolean
sw_invitations_apply_dump (SwInvitations *invitations, const EslEvent *dump)
{
  const char *uuid = esl_event_get_last (dump, "Unique-ID");

  if (uuid == NULL || sw_invitations_lookup (invitations, uuid) != NULL
      || !is_socket (esl_event_get_last (dump, "variable_current_application")))
    return FALSE;
  invite (invitations, uuid, dump, esl_event_get_last (dump, "variable_current_application_data"),
          NULL);
  return TRUE;
}

/* As mod_event_socket reads it: hosts separated by |, each with a port perhaps, and perhaps a path;
 * a host without a port gets that of the one before. */
gboolean
sw_invitation_names_port (const SwInvitation *invitation, guint16 port)
{
  g_autofree char *first = g_strndup (invitation->data, strcspn (invitation->data, " "));
  g_auto (GStrv) hosts = g_strsplit (first, "|", -1);
  guint64 number = DEFAULT_PORT;

  for (guint i = 0; hosts[i] != NULL; i++)
    {
      const char *colon = strrchr (hosts[i], ':');

      if (colon != NULL)
        number = g_ascii_strtoull (colon + 1, NULL, 10);
      if (number == port)
        return TRUE;
    }
  return FALSE;
}
