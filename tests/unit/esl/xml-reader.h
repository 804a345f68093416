/* SPDX-License-Identifier: MIT */
/* xml-reader.h - reads an event's XML text back, to judge what wrote it. No program of ours does.
 */
#pragma once

#include "esl-event.h"

/* Owned; ends the test when the text is none. */
EslEvent *xml_read (const char *text, gsize len);
