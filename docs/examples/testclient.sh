#!/bin/sh
# SPDX-License-Identifier: MIT
# libesl's testclient: asks for the status. F: the mount (/mnt/fs)
exec 3<>"${F:-/mnt/fs}/api/status"
echo >&3 && cat <&3
