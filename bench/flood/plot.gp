# SPDX-License-Identifier: GPL-2.0
# plot.gp: flood.svg or flood.png (kind) from FLOOD.dat of table.py, a panel for
# each flood, a curve for each protection. Runs where these files are.
set terminal kind size 960,420 font "sans,12" noenhanced
set output "flood.".kind
set multiplot layout 1,2
set xlabel "packets of the flood a second"
set ylabel "registrations a second"
set yrange [0:*]
set key below
set xtics 4000
set grid
set style data linespoints
files = "one many"
titles = "'SIPVicious, one address' 'scan by an unknown User-Agent, 240 addresses'"
do for [i=1:2] {
	set title word(titles, i)
	plot for [c=2:5] word(files, i).".dat" using 1:c title columnheader(c) \
		linewidth 2
}
unset multiplot
