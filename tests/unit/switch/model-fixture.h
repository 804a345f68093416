/* SPDX-License-Identifier: MIT */
/* model-fixture.h - a model, and what it told. */
#pragma once

#include "recorded.h"
#include "sw-model.h"

G_BEGIN_DECLS

typedef struct
{
  GString *log; /* "+uuid" added, "-uuid" ended, "." changed */
  guint added, ended;
} Heard;

typedef struct
{
  SwModel *model;
  Heard heard;
} ModelFixture;

/* Tell a Heard. */
extern const SwModelFuncs heard_funcs;

void model_set_up (ModelFixture *f, gconstpointer data);
void model_tear_down (ModelFixture *f, gconstpointer data);

/* Table and order agree. */
void assert_consistent (const SwModel *model);
/* A column of a channel that must be there. */
const char *column_of (const SwModel *model, const char *uuid, SwColumn column);

#define ADD_MODEL_TEST(path, data, func)                                                           \
  g_test_add (path, ModelFixture, data, model_set_up, func, model_tear_down)

G_END_DECLS
