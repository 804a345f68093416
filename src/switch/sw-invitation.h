/* SPDX-License-Identifier: MIT */
/* sw-invitation.h - which channels are in the dialplan's `socket` application: those whose sockets
 * are to be believed.
 *
 * CHANNEL_EXECUTE of `socket` is an invitation, made before the switch dials; it stands until that
 * run's CHANNEL_EXECUTE_COMPLETE, or the channel's end, and is taken by one socket. (The column
 * `application` is not enough: it still says "socket" when the application has ended.) Whoever
 * comes over the socket must know when the channel was created, to the microsecond: the switch says
 * that to those only who have logged in.
 */
#pragma once

#include "esl-event.h"

G_BEGIN_DECLS

typedef struct _SwInvitations SwInvitations;

typedef struct
{
  char *data;     /* the application's: "127.0.0.1:8084 async full" */
  char *created;  /* Caller-Channel-Created-Time, as it stands in events; NULL: not said */
  char *run;      /* Application-UUID; NULL: not known */
  gboolean taken; /* a socket came and was believed */
} SwInvitation;

SwInvitations *sw_invitations_new (void);
void sw_invitations_free (SwInvitations *invitations);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (SwInvitations, sw_invitations_free)
/* What was missed meanwhile is not known: forgets all. */
void sw_invitations_clear (SwInvitations *invitations);

/* Any event of the switch. TRUE: a channel was invited, the one of the event's Unique-ID. */
gboolean sw_invitations_apply (SwInvitations *invitations, const EslEvent *event);
/* The same from `uuid_dump`, for those whose login keeps CHANNEL_EXECUTE from them. What events
 * have told before stands. */
gboolean sw_invitations_apply_dump (SwInvitations *invitations, const EslEvent *dump);
/* NULL: that channel is in no `socket`. Lent until the next event. */
SwInvitation *sw_invitations_lookup (SwInvitations *invitations, const char *uuid);
/* TRUE when one of the hosts that the application dials has that port. */
gboolean sw_invitation_names_port (const SwInvitation *invitation, guint16 port);

G_END_DECLS
