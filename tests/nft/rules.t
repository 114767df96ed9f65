# Rules of nft-sip: FAMILY RULE => what is saved (= the same) or FAIL. A comment
# "error: TEXT" says what the message of the FAIL line below it has in it. Words
# are quoted as in a shell. Read by test_front_end.py.
#
# The sip match: tests/xt/run-t has its options.
inet --scanner => =
inet sip --scanner => --scanner
inet -m sip --scanner => --scanner
inet ! --scanner drop => =
inet --ban 1d --scanner counter drop => --scanner --ban 1d counter drop
inet --scanner sip --ua a drop => =
inet --scanner -m sip --ua a drop => --scanner sip --ua a drop
inet --scanner counter --ua a counter drop => =
inet --ua "friendly scanner" drop => =
inet --ua "a\"b,c\\\\d" drop => =
inet --ua drop => =
inet --ua=drop drop => --ua drop drop
inet --ua "!" ! --scanner => =
inet --ua "{" drop => =
inet --ua "a;b" drop => =
inet --ua "#a" drop => =
# error: expected an option of the sip match
inet sip drop => FAIL
# error: expected "sip" after -m
inet -m udp --dport 5060 => FAIL
# error: unknown option: expected an option of the sip match
inet --nonsense => FAIL
# error: unknown option: expected an option of the sip match
inet --scanner --dport 5060 drop => FAIL
# error: expected a value after it, for example: --method REGISTER
inet --scanner --ban => FAIL
# error: expected an option after "!"
inet --scanner ! => FAIL
# error: expected an option after "!"
inet ! ! --scanner => FAIL
# error: expected an option after "!"
inet ! drop => FAIL
# error: --rate "50/x": expected N/s, N/m, N/h or N/d
inet --rate 50/x drop => FAIL
# error: --method "FOO": expected ACK
inet --scanner counter --method FOO drop => FAIL
# error: can only be used once, for example:
inet --scanner --scanner drop => FAIL
# error: a rule has at most 4 sip matches
inet --scanner sip --ua a sip --ua b sip --ua c sip --ua d drop => FAIL
# Statements
inet counter => =
inet --scanner counter packets 3 bytes 400 drop => --scanner counter drop
inet counter packets 0 bytes 0 => counter
inet --scanner log => =
inet --scanner log prefix "sip scan: " drop => =
inet --scanner log prefix '"sip scan: "' drop => --scanner log prefix "sip scan: " drop
inet --scanner log prefix 'a\b\' => --scanner log prefix "a\\b\\"
inet --scanner log level debug => =
inet --scanner log level warn => --scanner log
inet --scanner log group 0 => =
inet --scanner log prefix "x" group 65535 snaplen 128 => =
inet --scanner log group 2 prefix x => --scanner log prefix "x" group 2
inet --scanner limit rate 10/second => =
inet --scanner limit rate over 10/week burst 20 packets drop => =
inet --scanner limit rate 10/minute burst 5 packets => --scanner limit rate 10/minute
inet --scanner limit rate 10/minute burst 6 => --scanner limit rate 10/minute burst 6 packets
inet --scanner add @banned drop => =
inet --scanner add @banned timeout 1d drop => =
inet --scanner update @banned timeout 90s drop => --scanner update @banned timeout 1m30s drop
inet --scanner add @banned6 timeout 1d2h3m4s drop => =
inet --scanner add @banned timeout 2w drop => --scanner add @banned timeout 14d drop
inet --scanner add @banned timeout 3600 drop => --scanner add @banned timeout 1h drop
inet --scanner add @banned { ip saddr } drop => --scanner add @banned drop
inet --scanner add @banned { ip saddr timeout 1h } drop => --scanner add @banned timeout 1h drop
inet --scanner update @banned { ip6 saddr timeout 1h } drop => --scanner update @banned timeout 1h drop
inet --scanner add @a timeout 1d add @b timeout 1h drop => =
ip --scanner add @banned drop => =
ip6 --scanner add @banned6 drop => =
# error: expected "bytes"
inet counter packets 3 drop => FAIL
# error: expected a number
inet counter packets x bytes 3 => FAIL
# error: expected a text of 1 to 127 bytes
inet log prefix "" => FAIL
# error: expected a text without quotes and control bytes
inet log prefix 'a"b' => FAIL
# error: expected emerg, alert, crit
inet log level loud => FAIL
# error: expected a number from 0 to 65535
inet log group 65536 => FAIL
# error: expected a number from 0 to 65535
inet log group -1 => FAIL
# error: a level is for the kernel's log, a group for a program
inet log group 1 level info => FAIL
# error: snaplen is for a group
inet log snaplen 64 => FAIL
# error: expected "rate", for example: limit rate 10/minute
inet limit 10/second => FAIL
# error: expected N/UNIT with second, minute
inet limit rate 10 => FAIL
# error: expected N/UNIT with second, minute
inet limit rate 10/s => FAIL
# error: expected N/UNIT with second, minute
inet limit rate 0/second => FAIL
# error: expected N/UNIT with second, minute
inet limit rate 99999999999/second => FAIL
# error: expected a number, for example: limit rate 10/minute burst
inet limit rate 1/day burst 0 => FAIL
# error: expected @ and the name of a set
inet add banned => FAIL
# error: expected the name of a set
inet add @ => FAIL
# error: expected a time such as 90s
inet add @banned timeout 1x => FAIL
# error: expected a time such as 90s
inet add @banned timeout 1h1d => FAIL
# error: expected a time such as 90s
inet add @banned timeout 0 => FAIL
# error: expected a time such as 90s
inet add @banned timeout 99999999999999999999d => FAIL
# error: expected a time such as 90s
inet add @banned timeout => FAIL
# error: expected ip saddr or ip6 saddr
inet add @banned { tcp dport } => FAIL
# error: expected saddr
inet add @banned { ip daddr } => FAIL
# error: expected } after what goes to the set
inet add @banned { ip saddr timeout 1d => FAIL
# Verdicts
inet --scanner accept => =
inet --scanner return => =
inet --scanner continue => =
inet --scanner jump other => =
inet --scanner goto other => =
inet drop => =
# error: nothing can follow the verdict
inet --scanner drop counter => FAIL
# error: nothing can follow the verdict
inet --scanner drop accept => FAIL
# error: expected the name of a chain
inet --scanner jump => FAIL
# error: expected the name of a chain
inet --scanner jump "a b" => FAIL
# error: a verdict (accept, drop, return, continue, jump, goto)
inet --scanner reject => FAIL
# error: a verdict (accept, drop, return, continue, jump, goto)
inet --scanner counter DROP => FAIL
# error: the end: expected a rule
inet => FAIL
# Fields
inet udp dport 5060 --scanner drop => =
inet udp dport 5060-5061 --scanner drop => =
inet udp sport != 5060 --scanner drop => =
inet udp dport != 5060-5070 --scanner drop => =
inet udp dport 5060-5060 drop => udp dport 5060 drop
inet tcp dport == 5060 drop => tcp dport 5060 drop
inet sctp dport @ports --scanner drop => =
inet udplite sport != @ports drop => =
inet udp sport 5060 udp dport 5060 drop => =
inet ip saddr 198.51.100.1 return => =
inet ip saddr 198.51.100.1/24 return => ip saddr 198.51.100.0/24 return
inet ip saddr 198.51.100.1/32 return => ip saddr 198.51.100.1 return
inet ip daddr != 10.0.0.0/9 return => =
inet ip saddr @trunks return => =
inet ip6 saddr 2001:DB8::1 return => ip6 saddr 2001:db8::1 return
inet ip6 daddr 2001:db8::1/33 return => ip6 daddr 2001:db8::/33 return
inet ip6 saddr != @trunks6 return => =
inet ip saddr 198.51.100.1 udp dport 5060 --scanner add @banned drop => =
inet iifname eth0 --scanner drop => iifname "eth0" --scanner drop
inet oifname != "ppp*" drop => =
inet iifname @wan drop => =
inet --scanner udp dport 5060 drop => =
ip ip saddr 192.0.2.1 drop => =
ip udp dport 5060 --scanner drop => =
ip6 ip6 saddr 2001:db8::/64 drop => =
# error: expected sport or dport after "udp"
inet udp port 5060 => FAIL
# error: expected saddr or daddr after "ip"
inet ip source 192.0.2.1 => FAIL
# error: expected a port from 0 to 65535 or PORT-PORT
inet udp dport 65536 => FAIL
# error: expected a port from 0 to 65535 or PORT-PORT
inet udp dport sip => FAIL
# error: expected a port from 0 to 65535 or PORT-PORT
inet udp dport 1- => FAIL
# error: the second port is below the first
inet udp dport 5061-5060 => FAIL
# error: expected one value or a named set
inet udp dport { 5060, 5061 } => FAIL
# error: expected an IPv4 address
inet ip saddr 2001:db8::1 => FAIL
# error: expected an IPv6 address
inet ip6 saddr 192.0.2.1 => FAIL
# error: expected a prefix length from 1 to 32
inet ip saddr 192.0.2.1/33 => FAIL
# error: expected a prefix length from 1 to 32
inet ip saddr 0.0.0.0/0 => FAIL
# error: expected a prefix length from 1 to 128
inet ip6 saddr ::/x => FAIL
# error: expected the name of an interface
inet iifname averyveryverylongname => FAIL
# error: expected the name of an interface
inet iifname "*" => FAIL
# error: expected the name of an interface
inet iifname 'a"b' => FAIL
# error: expected the name of an interface
inet iifname "a*b" => FAIL
# error: no packet is both this and what stands before it
inet udp dport 5060 tcp dport 5060 drop => FAIL
# error: no packet is both this and what stands before it
inet ip saddr 192.0.2.1 ip6 saddr 2001:db8::1 => FAIL
# error: this is for ip6, and the rule is for ip
inet ip saddr 192.0.2.1 --scanner add @banned6 drop => FAIL
# error: this is for ip6, and the rule is for ip
ip ip6 saddr 2001:db8::1 => FAIL
# error: this is for ip, and the rule is for ip6
ip6 --scanner add @banned drop => FAIL
# error: this is for ip6, and the rule is for ip
inet --scanner add @banned add @banned6 drop => FAIL
# Families
# error: expected a family: ip, ip6 or inet
bridge --scanner drop => FAIL
# error: expected a family: ip, ip6 or inet
--scanner drop => FAIL
