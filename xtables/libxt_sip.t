:INPUT,FORWARD,OUTPUT
# The format of the iptables source tree: rule;what is saved (= the same);OK
# or FAIL. Words are quoted as in a shell. A comment "error: TEXT" says what
# the message of the next line has in it; an @ line is a shell command.
# Run by tests/xt/run-t.
# start line
-m sip --request;=;OK
-m sip ! --request;=;OK
-m sip --response;=;OK
-m sip ! --response;=;OK
# error: no condition: expected at least one option
-m sip;;FAIL
# error: --request and --response exclude each other
-m sip --request --response;;FAIL
# error: "--request" can only be used once
-m sip --request --request;;FAIL
# error: multiple consecutive ! not allowed
-m sip ! ! --request;;FAIL
# method
-m sip --method REGISTER;=;OK
-m sip ! --method REGISTER;=;OK
-m sip --method other;=;OK
-m sip ! --method other;=;OK
-m sip --method register;-m sip --method REGISTER;OK
-m sip --method Invite,OTHER;-m sip --method INVITE,other;OK
-m sip --method other,UPDATE,SUBSCRIBE,REGISTER,REFER,PUBLISH,PRACK,OPTIONS,NOTIFY,MESSAGE,INVITE,INFO,CANCEL,BYE,ACK;-m sip --method ACK,BYE,CANCEL,INFO,INVITE,MESSAGE,NOTIFY,OPTIONS,PRACK,PUBLISH,REFER,REGISTER,SUBSCRIBE,UPDATE,other;OK
-m sip --method BYE,BYE,ACK;-m sip --method ACK,BYE;OK
-m sip --response --method INVITE;=;OK
# error: --method "FOO": expected ACK, BYE, CANCEL,
-m sip --method FOO;;FAIL
# error: --method "": expected ACK
-m sip --method INVITE,,BYE;;FAIL
# error: --method "": expected ACK
-m sip --method INVITE,;;FAIL
# error: --method "": expected ACK
-m sip --method ,INVITE;;FAIL
# error: --method "": expected ACK
-m sip --method "";;FAIL
# error: --method "INVITEX": expected
-m sip --method INVITEX;;FAIL
# error: UPDATE or other, for example --method REGISTER,INVITE
-m sip --method INVIT;;FAIL
# error: --method "INVITE BYE": expected
-m sip --method "INVITE BYE";;FAIL
# error: "--method" can only be used once
-m sip --method INVITE --method BYE;;FAIL
# error: --method" requires an argument
-m sip --method;;FAIL
# status
-m sip --status 200;=;OK
-m sip --status 2xx;=;OK
-m sip --status 401,407;=;OK
-m sip --status 400-403;=;OK
-m sip --status 401,403-405,5xx;=;OK
-m sip --status 100;=;OK
-m sip --status 999;=;OK
-m sip --status 100-999;-m sip --status 1xx,2xx,3xx,4xx,5xx,6xx,7xx,8xx,9xx;OK
-m sip --status 1xx,2xx,3xx,4xx,5xx,6xx;=;OK
-m sip ! --status 2xx;=;OK
-m sip --status 2XX;-m sip --status 2xx;OK
-m sip --status 400-499;-m sip --status 4xx;OK
-m sip --status 400-599;-m sip --status 4xx,5xx;OK
-m sip --status 503,200,404;-m sip --status 200,404,503;OK
-m sip --status 200,201,202;-m sip --status 200-202;OK
-m sip --status 201-205,200-203;-m sip --status 200-205;OK
-m sip --status 401,4xx;-m sip --status 4xx;OK
-m sip --status 399,4xx;-m sip --status 399-499;OK
-m sip --status 450-650;=;OK
-m sip --status 200-200;-m sip --status 200;OK
-m sip --status 100,102,104,106,108,110,112,114,116,118,120,122,124,126,128,130;=;OK
-m sip --status 100,101,102,103,104,105,106,107,108,109,110,111,112,113,114,115,116,117,118,119,120,121,122,123,124,125,126,127,128,129,130,131,132,133,134,135,136,137,138,139;-m sip --status 100-139;OK
# error: expected at most 16 codes or ranges
-m sip --status 100,102,104,106,108,110,112,114,116,118,120,122,124,126,128,130,132;;FAIL
# error: --status "99": expected codes from 100 to 999
-m sip --status 99;;FAIL
# error: --status "1000": expected codes from 100 to 999
-m sip --status 1000;;FAIL
# error: --status "0xx": expected codes from 100 to 999
-m sip --status 0xx;;FAIL
# error: --status "4x": expected codes from 100 to 999
-m sip --status 4x;;FAIL
# error: --status "xx": expected codes from 100 to 999
-m sip --status xx;;FAIL
# error: --status "4xxx": expected codes from 100 to 999
-m sip --status 4xxx;;FAIL
# error: --status "200-": expected codes from 100 to 999
-m sip --status 200-;;FAIL
# error: --status "-200": expected codes from 100 to 999
-m sip --status -200;;FAIL
# error: --status "299-200": expected codes from 100 to 999
-m sip --status 299-200;;FAIL
# error: --status "4xx-5xx": expected codes from 100 to 999
-m sip --status 4xx-5xx;;FAIL
# error: --status "200-300-400": expected codes from 100 to 999
-m sip --status 200-300-400;;FAIL
# error: --status "": expected codes from 100 to 999
-m sip --status 200,,300;;FAIL
# error: --status "200 ": expected codes from 100 to 999
-m sip --status "200 ";;FAIL
# error: --status "+20": expected codes from 100 to 999
-m sip --status +20;;FAIL
# error: --status "099": expected codes from 100 to 999
-m sip --status 099;;FAIL
# error: --status "200-1000": expected codes from 100 to 999
-m sip --status 200-1000;;FAIL
# error: --status "": expected codes from 100 to 999
-m sip --status "";;FAIL
# error: --status needs a response: leave out --request
-m sip --request --status 200;;FAIL
-m sip --status 200 --auth;=;OK
# user agent
-m sip --ua friendly-scanner;=;OK
-m sip ! --ua friendly-scanner;=;OK
-m sip --ua friendly-scanner,sipcli;=;OK
-m sip --ua sipcli,friendly-scanner,SIPCLI;=;OK
-m sip --ua "friendly scanner";=;OK
-m sip --ua ^sipcli;-m sip --ua "^sipcli";OK
-m sip --ua 'sipcli$';-m sip --ua "sipcli$";OK
-m sip --ua '^sipcli$,x';-m sip --ua "^sipcli$,x";OK
-m sip --ua '\^sipcli\$';-m sip --ua "\\^sipcli\\$";OK
-m sip --ua '^^^';-m sip --ua "^\\^^";OK
-m sip --ua 'x$$';-m sip --ua "x\\$$";OK
-m sip --ua 'a^b$c';-m sip --ua "a^b$c";OK
-m sip --ua 'a\^b\$c';-m sip --ua "a^b$c";OK
-m sip --ua 'a\,b,c';-m sip --ua "a\\,b,c";OK
-m sip --ua 'a\\b';-m sip --ua "a\\\\b";OK
-m sip --ua 'a\\,b';-m sip --ua "a\\\\,b";OK
-m sip --ua 'a"b';-m sip --ua "a\"b";OK
-m sip --ua '"';-m sip --ua "\"";OK
-m sip --ua "it's";=;OK
-m sip --ua "!";=;OK
-m sip ! --ua "!";=;OK
-m sip --ua "# a";=;OK
-m sip --ua -x;=;OK
-m sip --ua -t;=;OK
-m sip --ua --table;=;OK
-m sip --ua --ua;=;OK
-m sip --ua "a`b";=;OK
-m sip --ua "  x  ";=;OK
-m sip --ua "a|b&c<d>(e)*?[f]{g}~h";=;OK
-m sip --ua Asterisk/18.1,FPBX-16.0.1@example.com+x:y=z%41;=;OK
-m sip --ua "Bürotelefon";=;OK
-m sip --ua "電話,телефон";=;OK
-m sip --ua aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;=;OK
-m sip --ua ^aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$;-m sip --ua "^aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa$";OK
-m sip --ua x;=;OK
-m sip --ua a --ua b;-m sip --ua a,b;OK
-m sip ! --ua a ! --ua b;-m sip ! --ua a,b;OK
# error: --ua "b": expected "!" before every --ua and --ua-file
-m sip --ua a ! --ua b;;FAIL
# error: --ua "b": expected "!" before every --ua and --ua-file
-m sip ! --ua a --ua b;;FAIL
# error: --ua "": empty text
-m sip --ua "";;FAIL
# error: empty text
-m sip --ua a,,b;;FAIL
# error: empty text
-m sip --ua ,a;;FAIL
# error: empty text
-m sip --ua a,;;FAIL
# error: --ua "^": empty text
-m sip --ua ^;;FAIL
# error: --ua "^$": empty text
-m sip --ua '^$';;FAIL
# error: expected , \ ^ or $ after a backslash
-m sip --ua 'a\b';;FAIL
# error: expected , \ ^ or $ after a backslash
-m sip --ua 'a\';;FAIL
# error: text of 64 bytes: expected 1 to 63
-m sip --ua aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa;;FAIL
# error: text of 200 bytes: expected 1 to 63
-m sip --ua x,bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb;;FAIL
# error: control byte 0x09
-m sip --ua "a	b";;FAIL
# error: --ua" requires an argument
-m sip --ua;;FAIL
# user agents from a file
@printf '# known scanners\n\nfriendly-scanner\r\n  sipcli \nsip, vicious\n\t# more\n^VaxSIPUserAgent$\nlast' >ua-good.txt
@printf '\357\273\277sundayddr\n' >ua-mark.txt
@printf 'ok\n\n%064d\n' 0 >ua-long.txt
@printf 'ok\n# fine\na\\b\n' >ua-escape.txt
@printf 'ok\na\001b\n' >ua-control.txt
@printf 'ok\na\000b\n' >ua-nul.txt
@printf '# nothing\n\n' >ua-empty.txt
@i=0; while [ $i -lt 45 ]; do printf '%063d\n' $i; i=$((i + 1)); done >ua-many.txt
-m sip --ua-file ua-good.txt;-m sip --ua "friendly-scanner,sipcli,sip\\, vicious,^VaxSIPUserAgent$,last";OK
-m sip ! --ua-file ua-good.txt;-m sip ! --ua "friendly-scanner,sipcli,sip\\, vicious,^VaxSIPUserAgent$,last";OK
-m sip --ua a,b --ua-file ua-mark.txt --ua c;-m sip --ua a,b,sundayddr,c;OK
-m sip --ua-file ua-mark.txt --ua-file ua-mark.txt;-m sip --ua sundayddr,sundayddr;OK
# error: --ua-file "ua-none.txt": No such file or directory
-m sip --ua-file ua-none.txt;;FAIL
# error: --ua-file "/": Is a directory
-m sip --ua-file /;;FAIL
# error: --ua-file "ua-empty.txt": no text in it
-m sip --ua-file ua-empty.txt;;FAIL
# error: --ua-file ua-long.txt:3: text of 64 bytes
-m sip --ua-file ua-long.txt;;FAIL
# error: --ua-file ua-escape.txt:3: expected , \ ^ or $ after
-m sip --ua-file ua-escape.txt;;FAIL
# error: --ua-file ua-control.txt:2: control byte 0x01
-m sip --ua-file ua-control.txt;;FAIL
# error: --ua-file ua-nul.txt:2: control byte 0x00
-m sip --ua-file ua-nul.txt;;FAIL
# error: --ua-file ua-many.txt:45: too many texts: a rule holds 2816 bytes
-m sip --ua-file ua-many.txt;;FAIL
# error: --ua-file "ua-good.txt": expected "!" before every
-m sip --ua a ! --ua-file ua-good.txt;;FAIL
# error: --ua-file" requires an argument
-m sip --ua-file;;FAIL
# URIs: as user agents
-m sip --uri pbx.example.com;=;OK
-m sip ! --uri pbx.example.com;=;OK
-m sip --request --uri "^sip:00,^sip:011,^sip:+";=;OK
-m sip --from @example.com;=;OK
-m sip ! --from @example.com;=;OK
-m sip --to "^sip:00";=;OK
-m sip ! --to "^sip:00";=;OK
-m sip --contact @192.0.2.;=;OK
-m sip ! --contact @192.0.2.;=;OK
-m sip --response --from a;=;OK
-m sip --uri a --uri b;-m sip --uri a,b;OK
-m sip --scanner --to a --method INVITE;-m sip --method INVITE --to a --scanner;OK
-m sip --uri-file ua-mark.txt;-m sip --uri sundayddr;OK
-m sip ! --from-file ua-mark.txt --from x;;FAIL
-m sip --from-file ua-mark.txt --from x;-m sip --from sundayddr,x;OK
-m sip --to-file ua-mark.txt;-m sip --to sundayddr;OK
-m sip --contact-file ua-mark.txt;-m sip --contact sundayddr;OK
-m sip --from a -m sip --to b;=;OK
-m sip --ua a -m sip ! --uri b;=;OK
# error: --to "b": expected one more -m sip in front of it, as the first one has --from
-m sip --from a --to b;;FAIL
# error: --uri "b": expected one more -m sip in front of it, as the first one has --ua
-m sip --ua a --uri b;;FAIL
# error: --to "b": expected "!" before every --to and --to-file
-m sip ! --to a --to b;;FAIL
# error: --uri "": empty text: expected 1 to 63 bytes, for example --uri ^sip:00,^sip:900
-m sip --uri "";;FAIL
# error: --contact-file "ua-none.txt": No such file or directory
-m sip --contact-file ua-none.txt;;FAIL
# error: --uri needs a request: a response has no Request-URI
-m sip --response --uri a;;FAIL
-m sip --status 200 --uri a;;FAIL
-m sip --solicited --uri a;;FAIL
# error: --uri needs a request, --trust a response
-m sip --uri a --trust 1h;;FAIL
# scanner
-m sip --scanner;=;OK
-m sip ! --scanner;=;OK
-m sip --request --scanner;=;OK
-m sip ! --response --scanner;=;OK
-m sip --response ! --scanner;=;OK
-m sip --status 401 ! --scanner;=;OK
-m sip ! --status 4xx --scanner;=;OK
-m sip --method OPTIONS,REGISTER --scanner;=;OK
-m sip --malformed --scanner --ua a;-m sip --ua a --scanner --malformed;OK
-m sip --ban 1d --scanner;-m sip --scanner --ban 1d;OK
-p udp -m sip --scanner --ban 1d;=;OK
-p tcp -m tcp --dport 5060 -m sip --scanner;=;OK
# error: --scanner needs a request: leave out --response
-m sip --response --scanner;;FAIL
# error: --scanner needs a request, --status a response
-m sip --status 2xx --scanner;;FAIL
# error: --scanner needs a request, --status a response
-m sip --scanner ! --request --status 2xx;;FAIL
# error: "--scanner" can only be used once
-m sip --scanner --scanner;;FAIL
# error: multiple consecutive ! not allowed
-m sip ! ! --scanner;;FAIL
# error: Bad argument `sipvicious'
-m sip --scanner sipvicious;;FAIL
# error: --name: expected an option on the source with it
-m sip --scanner --name x;;FAIL
# defects
-m sip --malformed;=;OK
-m sip ! --malformed;=;OK
-m sip --defect start-line;=;OK
-m sip ! --defect cseq,no-end;=;OK
-m sip --defect charset,pipeline,cookie,no-end,ambiguous,long,header,content-length,cseq,duplicate,missing,start-line;-m sip --defect start-line,missing,duplicate,cseq,content-length,header,long,ambiguous,no-end,cookie,pipeline,charset;OK
-m sip --defect ambiguous;=;OK
-m sip --defect long,Ambiguous,cseq,duplicate;-m sip --defect duplicate,cseq,long,ambiguous;OK
-m sip --defect CSeq;-m sip --defect cseq;OK
-m sip --malformed --defect cookie;=;OK
# error: --defect "foo": expected start-line, missing, duplicate
-m sip --defect foo;;FAIL
# error: --defect "": expected
-m sip --defect cseq,;;FAIL
# error: pipeline or charset, for example --defect
-m sip --defect content;;FAIL
# credentials and bans
-m sip --auth;=;OK
-m sip ! --auth;=;OK
-m sip --request --auth;=;OK
-m sip --method REGISTER ! --auth;=;OK
-m sip --response --auth;=;OK
-m sip --auth --status 401,403,407;-m sip --status 401,403,407 --auth;OK
-m sip --solicited;=;OK
-m sip ! --solicited;=;OK
-m sip --response ! --solicited;=;OK
-m sip --response ! --auth --solicited;=;OK
-m sip ! --request --solicited;=;OK
-m sip --request ! --solicited;=;OK
-m sip --solicited --auth;-m sip --auth --solicited;OK
-m sip --banned ! --solicited;-m sip ! --solicited --banned;OK
-m sip --solicited --by dst --name x --prefix4 24 --prefix6 48;-m sip --solicited --by dst --prefix4 24 --prefix6 48 --name x;OK
-m sip --response --method REGISTER ! --solicited --by src;-m sip --response --method REGISTER ! --solicited;OK
# error: --solicited needs a response: leave out --request
-m sip --request --solicited;;FAIL
# error: --scanner needs a request, --solicited a response
-m sip --solicited --scanner;;FAIL
# error: "--solicited" can only be used once
-m sip --solicited --solicited;;FAIL
# error: Bad argument `60s'
-m sip --solicited 60s;;FAIL
-m sip --banned;=;OK
-m sip ! --banned;=;OK
# rate
-m sip --rate 1/s;=;OK
-m sip --rate 50/s;=;OK
-m sip --rate 10/m;=;OK
-m sip --rate 20/h;=;OK
-m sip --rate 3/d;=;OK
-m sip --rate 1000000/s;=;OK
-m sip --rate 1000000/d;=;OK
-m sip --rate 50/sec;-m sip --rate 50/s;OK
-m sip --rate 50/second;-m sip --rate 50/s;OK
-m sip --rate 5/min;-m sip --rate 5/m;OK
-m sip --rate 5/minute;-m sip --rate 5/m;OK
-m sip --rate 5/hour;-m sip --rate 5/h;OK
-m sip --rate 5/day;-m sip --rate 5/d;OK
-m sip --rate 60/Minute;-m sip --rate 60/m;OK
-m sip --rate 007/s;-m sip --rate 7/s;OK
-m sip ! --rate 50/s;=;OK
-m sip --rate 50/s --burst 100;=;OK
-m sip --rate 50/s --burst 50;-m sip --rate 50/s;OK
-m sip --rate 1/s --burst 5;-m sip --rate 1/s;OK
-m sip --rate 10/m --burst 10;-m sip --rate 10/m;OK
-m sip --rate 10/m --burst 5;=;OK
-m sip --rate 600/m --burst 600;-m sip --rate 600/m;OK
-m sip --rate 3/s --burst 5;-m sip --rate 3/s;OK
-m sip --rate 600/m --burst 1;=;OK
-m sip --burst 7 --rate 1/s;-m sip --rate 1/s --burst 7;OK
-m sip --rate 1000000/s --burst 1000000;-m sip --rate 1000000/s;OK
-m sip --rate 1/s --burst 1000000;=;OK
-m sip --rate 1/d --burst 53375;=;OK
# error: --burst "53377": expected at most 53
-m sip --rate 1/d --burst 53377;;FAIL
# error: --rate "50/x": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50/x;;FAIL
# error: --rate "50": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50;;FAIL
# error: --rate "/s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate /s;;FAIL
# error: --rate "50/": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50/;;FAIL
# error: --rate "50s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50s;;FAIL
# error: --rate "-5/s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate -5/s;;FAIL
# error: --rate "5.5/s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 5.5/s;;FAIL
# error: --rate "50/s ": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate "50/s ";;FAIL
# error: --rate "50/seconds": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50/seconds;;FAIL
# error: --rate "50//s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate 50//s;;FAIL
# error: --rate "x/s": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate x/s;;FAIL
# error: --rate "": expected N/s, N/m, N/h or N/d, for example --rate 50/s
-m sip --rate "";;FAIL
# error: --rate "0/s": expected 1 to 1000000
-m sip --rate 0/s;;FAIL
# error: --rate "1000001/s": expected 1 to 1000000
-m sip --rate 1000001/s;;FAIL
# error: --rate "4294967296/s": expected 1 to 1000000
-m sip --rate 4294967296/s;;FAIL
# error: --rate "99999999999999999999/s": expected 1 to 1000000
-m sip --rate 99999999999999999999/s;;FAIL
# error: --burst: expected --rate with it
-m sip --burst 5;;FAIL
# error: --burst "0": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst 0;;FAIL
# error: --burst "1000001": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst 1000001;;FAIL
# error: --burst "5x": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst 5x;;FAIL
# error: --burst "-1": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst -1;;FAIL
# error: --burst "0x10": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst 0x10;;FAIL
# error: --burst "": expected 1 to 1000000, for example --burst 100
-m sip --rate 50/s --burst "";;FAIL
# error: "--burst" cannot be inverted
-m sip --rate 50/s ! --burst 5;;FAIL
# error: "--rate" can only be used once
-m sip --rate 1/s --rate 2/s;;FAIL
# users
-m sip --users 20/h;=;OK
-m sip --users 1/s;=;OK
-m sip --users 5/m;=;OK
-m sip --users 200/d;=;OK
-m sip --users 3/sec;-m sip --users 3/s;OK
-m sip --users 3/second;-m sip --users 3/s;OK
-m sip --users 3/min;-m sip --users 3/m;OK
-m sip --users 3/minute;-m sip --users 3/m;OK
-m sip --users 3/hour;-m sip --users 3/h;OK
-m sip --users 3/Day;-m sip --users 3/d;OK
-m sip --users 020/H;-m sip --users 20/h;OK
-m sip --users 20/h --by src;-m sip --users 20/h;OK
-m sip --by dst --users 20/h;-m sip --users 20/h --by dst;OK
-m sip --users 20/h --prefix4 24 --prefix6 48;=;OK
-m sip --prefix6 64 --users 20/h --prefix4 32;-m sip --users 20/h;OK
-m sip --users 20/h --name trunks;=;OK
-m sip --users 20/h --name sip;-m sip --users 20/h;OK
-m sip --users 20/h --rate 2/s;-m sip --rate 2/s --users 20/h;OK
-m sip --users 20/h --burst 9 --rate 2/s;-m sip --rate 2/s --burst 9 --users 20/h;OK
-m sip ! --rate 2/s --users 20/h;=;OK
-m sip ! --method REGISTER --users 20/h;=;OK
-m sip ! --banned --users 20/h;=;OK
-m sip --scanner --users 20/h;=;OK
-p udp -m sip --users 9/h --ban 1h;=;OK
-p tcp -m tcp --dport 5060 -m sip --method REGISTER --users 21/h;=;OK
# error: --users "20/x": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20/x;;FAIL
# error: --users "20": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20;;FAIL
# error: --users "/h": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users /h;;FAIL
# error: --users "20/": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20/;;FAIL
# error: --users "20h": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20h;;FAIL
# error: --users "20/w": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20/w;;FAIL
# error: --users "-1/h": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users -1/h;;FAIL
# error: --users "2.5/h": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 2.5/h;;FAIL
# error: --users "20/h ": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users "20/h ";;FAIL
# error: --users "20/hours": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20/hours;;FAIL
# error: --users "20/1h": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users 20/1h;;FAIL
# error: --users "": expected N/s, N/m, N/h or N/d, for example --users 20/h
-m sip --users "";;FAIL
# error: --users "0/h": expected 1 to 200 users, for example --users 20/h
-m sip --users 0/h;;FAIL
# error: --users "201/h": expected 1 to 200 users, for example --users 20/h
-m sip --users 201/h;;FAIL
# error: --users "4294967297/h": expected 1 to 200 users
-m sip --users 4294967297/h;;FAIL
# error: --users "99999999999999999999/h": expected 1 to 200 users
-m sip --users 99999999999999999999/h;;FAIL
# error: --users" requires an argument
-m sip --users;;FAIL
# error: "--users" cannot be inverted
-m sip ! --users 20/h;;FAIL
# error: "--users" can only be used once
-m sip --users 20/h --users 30/h;;FAIL
# error: --burst: expected --rate with it
-m sip --users 20/h --burst 5;;FAIL
# source and table
-m sip --rate 50/s --by dst;=;OK
-m sip --rate 50/s --by src;-m sip --rate 50/s;OK
-m sip --banned --by dst;=;OK
-m sip --rate 50/s --prefix4 24 --prefix6 56;=;OK
-m sip --rate 50/s --prefix4 32 --prefix6 64;-m sip --rate 50/s;OK
-m sip --rate 50/s --prefix4 0 --prefix6 0;=;OK
-m sip --banned --prefix6 128;=;OK
-m sip --banned --name trunks;=;OK
-m sip --banned --name sip;-m sip --banned;OK
-m sip --banned --name a.b_c-D9;=;OK
-m sip --banned --name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn;=;OK
-m sip --banned --name -x;=;OK
# error: --by: expected an option on the source with it
-m sip --request --by dst;;FAIL
# error: --by: expected an option on the source with it
-m sip --request --by src;;FAIL
# error: --prefix4: expected an option on the source with it
-m sip --request --prefix4 24;;FAIL
# error: --prefix6: expected an option on the source with it
-m sip --request --prefix6 64;;FAIL
# error: --name: expected an option on the source with it
-m sip --request --name x;;FAIL
# error: --by "me": expected src or dst
-m sip --banned --by me;;FAIL
# error: --by "DST": expected
-m sip --banned --by DST;;FAIL
# error: --prefix4 "33": expected 0 to 32, for example --prefix4 24
-m sip --banned --prefix4 33;;FAIL
# error: --prefix4 "-1": expected 0 to 32, for example --prefix4 24
-m sip --banned --prefix4 -1;;FAIL
# error: --prefix4 "24x": expected 0 to 32, for example --prefix4 24
-m sip --banned --prefix4 24x;;FAIL
# error: --prefix4 "": expected 0 to 32, for example --prefix4 24
-m sip --banned --prefix4 "";;FAIL
# error: --prefix6 "129": expected 0 to 128
-m sip --banned --prefix6 129;;FAIL
# error: --prefix6 "/64": expected 0 to 128
-m sip --banned --prefix6 /64;;FAIL
# error: --name "a b": expected 1 to 31 letters
-m sip --banned --name "a b";;FAIL
# error: --name "a/b": expected 1 to 31 letters
-m sip --banned --name a/b;;FAIL
# error: --name "..": expected 1 to 31 letters
-m sip --banned --name ..;;FAIL
# error: --name ".a": expected 1 to 31 letters
-m sip --banned --name .a;;FAIL
# error: --name "": expected 1 to 31 letters
-m sip --banned --name "";;FAIL
# error: --name "ü": expected 1 to 31 letters
-m sip --banned --name ü;;FAIL
# error: --name "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn": expected 1 to 31 letters
-m sip --banned --name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn;;FAIL
# error: --name "nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn": expected 1 to 31 letters
-m sip --banned --name nnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnnn;;FAIL
# error: "--by" cannot be inverted
-m sip --banned ! --by dst;;FAIL
# error: "--prefix4" cannot be inverted
-m sip --banned ! --prefix4 24;;FAIL
# error: "--prefix6" cannot be inverted
-m sip --banned ! --prefix6 56;;FAIL
# error: "--name" cannot be inverted
-m sip --banned ! --name x;;FAIL
# actions
-m sip --ban 1s;=;OK
-m sip --ban 90s;=;OK
-m sip --ban 10m;=;OK
-m sip --ban 1h;=;OK
-m sip --ban 1d;=;OK
-m sip --ban 1w;=;OK
-m sip --ban 52w;=;OK
-m sip --ban 365d;=;OK
-m sip --ban 60s;-m sip --ban 1m;OK
-m sip --ban 7200s;-m sip --ban 2h;OK
-m sip --ban 3600s;-m sip --ban 1h;OK
-m sip --ban 120m;-m sip --ban 2h;OK
-m sip --ban 24h;-m sip --ban 1d;OK
-m sip --ban 7d;-m sip --ban 1w;OK
-m sip --ban 86401s;=;OK
-m sip --ban 31536000s;-m sip --ban 365d;OK
# error: --ban "60": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 60;;FAIL
# error: --ban "0": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 0;;FAIL
# error: --ban "0s": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 0s;;FAIL
# error: --ban "1y": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 1y;;FAIL
# error: --ban "h": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban h;;FAIL
# error: --ban "-1h": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban -1h;;FAIL
# error: --ban "1h30m": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 1h30m;;FAIL
# error: --ban "1.5h": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 1.5h;;FAIL
# error: --ban "1 h": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban "1 h";;FAIL
# error: --ban "10M": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban 10M;;FAIL
# error: --ban "": expected a time with its unit, s, m, h, d or w, for example --ban 1h
-m sip --ban "";;FAIL
# error: --ban "366d": expected at most 365d
-m sip --ban 366d;;FAIL
# error: --ban "31536001s": expected at most 365d
-m sip --ban 31536001s;;FAIL
# error: --ban "53w": expected at most 365d
-m sip --ban 53w;;FAIL
# error: "--ban" cannot be inverted
-m sip ! --ban 1h;;FAIL
# error: --ban matches banned sources: leave out ! --banned
-m sip ! --banned --ban 1h;;FAIL
-m sip --ban 1h-1w;=;OK
-m sip --ban 60s-120m;-m sip --ban 1m-2h;OK
-m sip --ban 1s-365d;=;OK
# error: --ban "1h-": expected a longer time behind the hyphen
-m sip --ban 1h-;;FAIL
# error: --ban "1h-30m": expected a longer time behind the hyphen, for example --ban 1h-1w
-m sip --ban 1h-30m;;FAIL
# error: --ban "1h-60m": expected a longer time behind the hyphen
-m sip --ban 1h-60m;;FAIL
# error: --ban "366d": expected at most 365d
-m sip --ban 1h-366d;;FAIL
# error: --ban "2h-3h": expected a time
-m sip --ban 1h-2h-3h;;FAIL
-m sip --trusted;=;OK
-m sip ! --trusted;=;OK
-m sip ! --trusted --prefix4 0 --prefix6 0 --rate 400/s --burst 800;-m sip ! --trusted --rate 400/s --burst 800 --prefix4 0 --prefix6 0;OK
-m sip ! --banned ! --trusted;=;OK
-m sip ! --trusted --scanner --ban 1d-4w;-m sip --scanner ! --trusted --ban 1d-4w;OK
# error: --banned and --trusted exclude each other: nobody is both
-m sip --banned --trusted;;FAIL
-m sip --trust 2h;=;OK
-m sip --trust 120m --by dst --auth --status 2xx --method REGISTER;-m sip --method REGISTER --status 2xx --auth --by dst --trust 2h;OK
-m sip --response --solicited --method REGISTER,OPTIONS --trust 2h;-m sip --response --method OPTIONS,REGISTER --solicited --trust 2h;OK
-m sip --trust 2h --forgive;=;OK
# error: --trust "2": expected a time with its unit
-m sip --trust 2;;FAIL
# error: --trust "366d": expected at most 365d, for example --trust 2h
-m sip --trust 366d;;FAIL
# error: --ban and --trust exclude each other
-m sip --trust 2h --ban 1h;;FAIL
# error: --trust needs a response: leave out --request
-m sip --request --trust 2h;;FAIL
# error: --scanner needs a request, --trust a response
-m sip --scanner --trust 2h;;FAIL
# error: "--trust" cannot be inverted
-m sip ! --trust 2h;;FAIL
-m sip --forgive;=;OK
-m sip --request --forgive;=;OK
-m sip ! --request --forgive;=;OK
-m sip --banned --forgive;=;OK
-m sip ! --banned --forgive;=;OK
-m sip --forgive --by dst;-m sip --by dst --forgive;OK
-m sip --forgive --by src;-m sip --forgive;OK
-m sip --prefix4 24 --prefix6 56 --forgive;=;OK
-m sip --forgive --name trunks;-m sip --name trunks --forgive;OK
-m sip --forgive --name sip;-m sip --forgive;OK
-m sip --forgive --rate 2/h;-m sip --rate 2/h --forgive;OK
-m sip --forgive --users 2/h;-m sip --users 2/h --forgive;OK
-m sip ! --scanner --forgive;=;OK
-p tcp -m tcp --sport 5060 -m sip --status 2xx --by dst --forgive;=;OK
-m sip ! --response --ban 1h;=;OK
-m sip ! --status 200 --ban 1h;=;OK
-m sip ! --solicited --ban 1h;=;OK
-m sip --response ! --solicited --ban 1h --by dst;-m sip --response ! --solicited --by dst --ban 1h;OK
# error: --ban with a response bans the server that sends it: expected --by dst
-m sip --response --ban 1h;;FAIL
# error: such as --status 403 --by dst --ban 1h
-m sip --status 401,403 --auth --rate 10/m --ban 1h;;FAIL
# error: --ban with a response bans the server that sends it: expected --by dst
-m sip --solicited --by src --ban 1h;;FAIL
# error: --ban and --forgive exclude each other
-m sip --ban 1h --forgive;;FAIL
# error: --ban and --forgive exclude each other
-m sip --forgive --users 20/h --ban 1h;;FAIL
# error: "--forgive" cannot be inverted
-m sip ! --forgive;;FAIL
# error: "--forgive" can only be used once
-m sip --forgive --forgive;;FAIL
# error: Bad argument `1h'
-m sip --forgive 1h;;FAIL
# together, in any order, saved in canonical order
-m sip --ban 1h --name x --prefix6 48 --prefix4 24 --by dst --burst 9 --rate 3/m --users 4/d --banned ! --solicited ! --auth --defect cookie --malformed ! --scanner --ua a ! --method INVITE --request;-m sip --request ! --method INVITE --ua a ! --scanner --malformed --defect cookie ! --auth ! --solicited --banned --rate 3/m --burst 9 --users 4/d --by dst --prefix4 24 --prefix6 48 --name x --ban 1h;OK
-m sip ! --request ! --method BYE ! --status 2xx ! --ua a ! --scanner ! --malformed ! --defect cseq ! --auth ! --solicited ! --banned ! --rate 1/s;=;OK
-m sip --malformed --rate 5/m --ban 10m;=;OK
-m sip --method REGISTER --auth --rate 10/m --ban 1h;=;OK
-m sip --rate 50/s --burst 100 --ban 1h;=;OK
-m sip --method REGISTER --status 2xx --by dst --banned;-m sip --method REGISTER --status 2xx --banned --by dst;OK
-m sip --forgive --name b-1 --prefix6 48 --prefix4 24 --by dst --users 8/m --burst 9 --rate 3/m --status 2xx --method REGISTER --response;-m sip --response --method REGISTER --status 2xx --rate 3/m --burst 9 --users 8/m --by dst --prefix4 24 --prefix6 48 --name b-1 --forgive;OK
-m sip --request -m sip --ua a;-m sip --request -m sip --ua a;OK
-p udp -m sip --method REGISTER;=;OK
-p udp -m udp --dport 5060 -m sip --banned;=;OK
-p tcp -m tcp --dport 5060 -m sip ! --response --rate 100/s --prefix6 48;=;OK
-m comment --comment "no scanners" -m sip --ua "friendly scanner" --ban 1d;=;OK
# error: Bad argument `x'
-m sip --request x;;FAIL
# the raw table: the rulesets of examples/, and the pair for passwords
*raw
:PREROUTING,OUTPUT
-m sip --banned;=;OK
-m sip --scanner --ban 1d;=;OK
-m sip --ua friendly-scanner,sipcli --ban 1d;=;OK
-m sip --malformed --rate 5/m --ban 10m;=;OK
-m sip --method REGISTER --users 20/h --ban 1h;=;OK
-m sip --method REGISTER --auth --rate 10/m --ban 1h;=;OK
-m sip --rate 50/s --burst 100;=;OK
-m sip --method REGISTER --status 2xx --by dst --forgive;=;OK
-m sip --method REGISTER --status 403,404 --by dst --users 20/h --ban 1h;-m sip --method REGISTER --status 403-404 --users 20/h --by dst --ban 1h;OK
-m sip --response ! --solicited --by dst;=;OK
-m sip --auth --status 401,403,407 --by dst --rate 10/m --burst 9 --ban 1h;-m sip --status 401,403,407 --auth --rate 10/m --burst 9 --by dst --ban 1h;OK
-m sip --method REGISTER --status 401,403,407 --by dst --rate 10/m --burst 60 --ban 1h;-m sip --method REGISTER --status 401,403,407 --rate 10/m --burst 60 --by dst --ban 1h;OK
-m sip --status 403,404 --by dst --users 20/h --ban 1h;-m sip --status 403-404 --users 20/h --by dst --ban 1h;OK
-p udp -m udp --sport 5060 -m sip --method REGISTER --status 2xx --banned --by dst;=;OK
-p udp -m udp --sport 5060 -m sip --status 2xx --method REGISTER --by dst --forgive;-p udp -m udp --sport 5060 -m sip --method REGISTER --status 2xx --by dst --forgive;OK
# error: --users "0/h": expected 1 to 200 users
-m sip --users 0/h;;FAIL
# error: --rate "0/s": expected 1 to 1000000
-m sip --rate 0/s;;FAIL
