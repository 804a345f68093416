/* SPDX-License-Identifier: MIT */
/* fuzz-profile.c - any bytes are read as a file of profiles, bounded and complete. */
#include <string.h>

#include "profile.h"

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GPtrArray) profiles = profiles_parse ((const char *)data, size);

  g_assert (profiles->len <= 10000);
  for (guint i = 0; i < profiles->len; i++)
    {
      const Profile *profile = g_ptr_array_index (profiles, i);
      const Profile *named = profiles_named (profiles, profile->name);

      g_assert (profile->name[0] != '\0' && strchr (profile->name, ']') == NULL);
      g_assert (profile->host[0] != '\0' && profile->port != 0 && profile->password != NULL);
      g_assert (profile->user == NULL || profile->user[0] != '\0');
      g_assert (named != NULL && strcmp (named->name, profile->name) == 0);
      g_assert (profiles_for (profiles, profile->host, profile->port, profile->user) != NULL);
    }
  return 0;
}
