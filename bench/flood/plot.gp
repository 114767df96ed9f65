# SPDX-License-Identifier: GPL-2.0
# plot.gp: flood.svg or flood.png (kind) from FLOOD.dat of results.py, a panel for
# each flood, a curve for each protection. Runs where these files are.
set terminal kind size 1350,420 font "sans,12" noenhanced
set output "flood.".kind
set multiplot layout 1,3
set xlabel "packets of the flood a second"
set ylabel "registrations a second"
set yrange [0:*]
set key below
set xtics 8000
set grid
set datafile missing "?"
set style data linespoints
files = "one many forged"
titles = "'SIPVicious, one address' 'scan by an unknown User-Agent, 240 addresses' 'forged, 100,000 addresses'"
do for [i=1:3] {
	set title word(titles, i)
	plot for [c=2:5] word(files, i).".dat" using 1:c title columnheader(c) \
		linewidth 2
}
unset multiplot
