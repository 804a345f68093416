#!/bin/sh
# SPDX-License-Identifier: MIT
# Every event as it comes, until unmounted. F: the mount (/mnt/fs)
cat 0<>"${F:-/mnt/fs}/events"
