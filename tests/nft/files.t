# Files of nft-sip, three lines each: = NAME, < what is in it (\n, \t, \r, \0 and
# \\ as in C), > what is saved (rules with | between) or what the error says. Read
# by test_front_end.py.

= empty
<
>

= nothing but comments
< # a\n\n  # b\n
>

= one rule
< table inet filter {\n\tchain sip {\n\t\t--scanner drop\n\t}\n}\n
> --scanner drop

= all in one line
< table inet filter { chain sip { --scanner drop; --banned drop } }
> --scanner drop|--banned drop

= no spaces around marks
< table inet filter{chain sip{--scanner drop;--banned drop;}chain b{}}
> --scanner drop|--banned drop

= marks on lines of their own
< table inet filter\n{\nchain sip\n{\n--scanner drop\n}\n}\n
> --scanner drop

= comments and joined lines
< table inet filter { # a {\n chain sip { # }\n --scanner \\\n  drop # c\n # --banned drop\n } }
> --scanner drop

= a hash inside of a word, and in quotes
< table inet filter { chain sip { --ua a#b drop; --ua "#c" drop; } }
> --ua "a#b" drop|--ua "#c" drop

= lines that end as elsewhere
< table inet filter {\r\nchain sip {\r\n--scanner drop\r\n}\r\n}\r\n
> --scanner drop

= several chains and tables
< table inet a { chain b { drop; } chain c { accept; } }\ntable ip a { chain b { return; } }
> drop|accept|return

= names in quotes
< table inet "a" { chain "b" { jump "c"; } }
> jump c

= marks in quotes
< table inet a { chain b { --ua "{" drop; --ua ";" drop; --ua "}" drop } }
> --ua "{" drop|--ua ";" drop|--ua "}" drop

= an unknown word
< table inet filter {\n\tchain sip {\n\t\t--scanner counter\n\t\t--banned frop\n\t}\n}\n
> FILE:4:12: "frop": expected an option of the sip match

= a bad value
< table inet filter {\n\tchain sip {\n\t\tudp dport 5060 --rate 5/x drop\n\t}\n}\n
> FILE:3:25: --rate "5/x": expected N/s

= what the plugin says of the whole
< table inet filter {\n\tchain sip {\n\t\tcounter --burst 5 drop\n\t}\n}\n
> FILE:3:11: --burst: expected --rate with it

= a value that is missing
< table inet filter {\n\tchain sip {\n\t\t--ban\n\t}\n}\n
> FILE:3:3: "--ban": expected a value after it

= a rule that ends early
< table inet filter {\n\tchain sip {\n\t\t--scanner jump\n\t}\n}\n
> FILE:3:17: end of line: expected the name of a chain

= a quote that is not closed
< table inet filter {\n\tchain sip {\n\t\t--ua "a b drop\n\t}\n}\n
> FILE:3:8: no closing quote on this line

= a chain that is not closed
< table inet filter {\n\tchain sip {\n\t\tdrop\n
> FILE:4:1: the end: expected } to close the chain of line 2

= a table that is not closed
< table inet filter {\n\tchain sip {\n\t\tdrop\n\t}\n
> FILE:5:1: the end: expected } to close the table of line 1

= no table
< chain sip { drop; }
> FILE:1:1: "chain": expected table outside of a table

= a rule outside
< table inet filter {\n\t--scanner drop\n}
> FILE:2:2: "--scanner": expected chain in a table

= a family that the match does not know
< table bridge filter { }
> FILE:1:7: "bridge": expected a family: ip, ip6 or inet

= a table without a family
< table filter { }
> FILE:1:7: "filter": expected a family

= a table without a name
< table inet { }
> FILE:1:12: "{": expected the name of a table

= a chain without a name
< table inet filter { chain { } }
> FILE:1:27: "{": expected the name of a chain

= a chain twice
< table inet filter {\n chain sip { }\n chain sip { }\n}
> FILE:3:2: chain sip of table inet filter is in this file already, in line 2

= a hook
< table inet filter { chain sip { type filter hook input priority 0; } }
> FILE:1:33: "type": expected a rule: hooks and policies are nft's

= a set without a name
< table inet filter { chain sip { udp dport { 5060, 5061 } drop } }
> FILE:1:43: "{": expected one value or a named set

= a brace too many
< table inet filter { chain sip { } } }
> FILE:1:37: "}": expected table outside of a table

= a NUL
< table inet filter {\n chain\0
> FILE:2:7: a NUL byte: expected text
