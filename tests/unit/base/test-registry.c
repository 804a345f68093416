/* SPDX-License-Identifier: MIT */
/* test-registry.c - found by key, listed after a serial, alive until taken out. */
#include "registry.h"

typedef struct
{
  RegistryItem item;
  char *key;
  guint *freed;
} Thing;

static void
thing_free (gpointer data)
{
  Thing *thing = data;

  (*thing->freed)++;
  g_free (thing->key);
  g_free (thing);
}

static Thing *
thing_new (Registry *registry, const char *key, guint *freed)
{
  Thing *thing = g_new0 (Thing, 1);

  registry_item_init (thing, thing_free);
  thing->key = g_strdup (key);
  thing->freed = freed;
  g_assert_true (registry_add (registry, thing, thing->key));
  return thing;
}

static void
test_found (void)
{
  guint freed = 0;
  g_autoptr (Registry) registry = registry_new ();
  Thing *one = thing_new (registry, "one", &freed), *two = thing_new (registry, "two", &freed);
  Thing *late = g_new0 (Thing, 1);

  g_assert_true (registry_find (registry, "one") == one);
  g_assert_null (registry_find (registry, "three"));
  g_assert_cmpuint (registry_size (registry), ==, 2);
  g_assert_true (registry_next (registry, 0) == one);
  g_assert_true (registry_next (registry, registry_item_serial (one)) == two);
  g_assert_null (registry_next (registry, registry_item_serial (two)));
  /* A key that is there is not taken twice. */
  registry_item_init (late, g_free);
  g_assert_false (registry_add (registry, late, "two"));
  g_assert_false (registry_item_is_alive (late));
  registry_item_unref (late);
  registry_remove (registry, one);
  g_assert_cmpuint (freed, ==, 1);
  g_assert_null (registry_find (registry, "one"));
  g_assert_true (registry_next (registry, 0) == two);
}

static void
test_alive (void)
{
  guint freed = 0;
  g_autoptr (Registry) registry = registry_new ();
  Thing *thing = registry_item_ref (thing_new (registry, "one", &freed));

  g_assert_true (registry_item_is_alive (thing));
  registry_remove (registry, thing);
  g_assert_false (registry_item_is_alive (thing));
  g_assert_cmpuint (freed, ==, 0);
  /* Taking out what is out does nothing. */
  registry_remove (registry, thing);
  registry_item_unref (thing);
  g_assert_cmpuint (freed, ==, 1);
}

static void
test_renamed (void)
{
  guint freed = 0;
  g_autoptr (Registry) registry = registry_new ();
  Thing *one = thing_new (registry, "one", &freed);
  guint64 serial = registry_item_serial (one);

  thing_new (registry, "two", &freed);
  g_assert_false (registry_rename (registry, one, "two"));
  g_assert_true (registry_rename (registry, one, "first"));
  g_free (one->key);
  one->key = NULL;
  g_assert_null (registry_find (registry, "one"));
  g_assert_true (registry_find (registry, "first") == one);
  g_assert_cmpuint (registry_item_serial (one), ==, serial);
  g_assert_true (registry_next (registry, 0) == one);
}

/* Many come and go while somebody lists: whoever was there all the time is seen, once. */
static void
test_listed_meanwhile (void)
{
  guint freed = 0, seen = 0;
  g_autoptr (Registry) registry = registry_new ();
  guint64 after = 0;
  Thing *thing;

  for (guint i = 0; i < 3000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      thing_new (registry, key, &freed);
    }
  while ((thing = registry_next (registry, after)) != NULL)
    {
      g_autofree char *even = g_strdup_printf ("%u", seen * 2 + 1), *new_key = NULL;

      g_assert_cmpuint (registry_item_serial (thing), >, after);
      after = registry_item_serial (thing);
      if (after > 3000)
        break;
      seen++;
      /* The one behind it goes, and another comes. */
      if ((thing = registry_find (registry, even)) != NULL)
        registry_remove (registry, thing);
      new_key = g_strdup_printf ("new %u", seen);
      thing_new (registry, new_key, &freed);
    }
  g_assert_cmpuint (seen, ==, 1500);
  g_assert_cmpuint (freed, ==, 1500);
  g_assert_cmpuint (registry_size (registry), ==, 3000);
}

/* The oldest go, again and again, as in a list of limited length. */
static void
test_oldest_go (void)
{
  guint freed = 0;
  g_autoptr (Registry) registry = registry_new ();

  for (guint i = 0; i < 10000; i++)
    {
      g_autofree char *key = g_strdup_printf ("%u", i);

      thing_new (registry, key, &freed);
      if (i >= 100)
        registry_remove (registry, registry_next (registry, 0));
      if (i >= 100)
        g_assert_cmpuint (registry_item_serial (registry_next (registry, 0)), ==, i - 98);
    }
  g_assert_cmpuint (registry_size (registry), ==, 100);
  g_clear_pointer (&registry, registry_free);
  g_assert_cmpuint (freed, ==, 10000);
}

static void
count_free (gpointer data)
{
  ++*(guint *)data;
}

static void
test_watch (void)
{
  guint freed = 0, first = 0, second = 0;
  g_autoptr (Registry) registry = registry_new ();
  Thing *thing = thing_new (registry, "one", &freed);

  g_assert_null (registry_item_watch (thing));
  registry_item_set_watch (thing, &first, count_free);
  g_assert_true (registry_item_watch (thing) == &first);
  registry_item_set_watch (thing, &second, count_free);
  g_assert_cmpuint (first, ==, 1);
  registry_item_ref (thing);
  registry_remove (registry, thing);
  g_assert_cmpuint (second, ==, 0);
  registry_item_unref (thing);
  g_assert_cmpuint (second, ==, 1);
  g_assert_cmpuint (freed, ==, 1);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/base/registry/found", test_found);
  g_test_add_func ("/base/registry/alive", test_alive);
  g_test_add_func ("/base/registry/renamed", test_renamed);
  g_test_add_func ("/base/registry/listed-meanwhile", test_listed_meanwhile);
  g_test_add_func ("/base/registry/oldest-go", test_oldest_go);
  g_test_add_func ("/base/registry/watch", test_watch);
  return g_test_run ();
}
