#!/bin/sh
# SPDX-License-Identifier: MIT
# F: the mount (/mnt/fs)
cat "${F:-/mnt/fs}/query/sofia status"
