# SPDX-License-Identifier: MIT
# growth.gp - draws growth.dat, which run --growth writes.
#   gnuplot -e "data='docs/growth.dat'; picture='docs/growth.svg'" tests/bench/growth.gp
set terminal svg size 1000,420 dynamic background "white" font "sans-serif,12"
set output picture
set datafile separator "\t"
set logscale xy
set grid xtics ytics lc rgb "#dddddd"
set key top left Left reverse samplen 2
set style data linespoints
set multiplot layout 1,2

set title "with channels"
set xlabel "channels"
set xrange [7:15000]
plot data index 0 using 1:2 lw 2 pt 7 title "ls calls, ms", \
     ""   index 0 using 1:3 lw 2 pt 7 title "stat of a file, µs", \
     ""   index 0 using 1:4 lw 2 pt 7 title "cat vars, ms", \
     ""   index 0 using 1:5 lw 2 pt 7 title "memory, MB", \
     ""   index 0 using 1:7 lw 2 pt 7 title "time to first use, ms"

set title "with live readers of events.json, 2 KB an event"
set xlabel "readers"
set xrange [0.7:1500]
plot data index 1 using 1:2 lw 2 pt 7 title "processor time, µs an event", \
     ""   index 1 using 1:3 lw 2 pt 7 title "events/s to each", \
     ""   index 1 using 1:4 lw 2 pt 7 title "MB/s to all"
unset multiplot
