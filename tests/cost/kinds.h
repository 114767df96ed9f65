/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lists messages that cost as much as they can, one kind a row, and an ordinary
 * one to compare them with. For cost.c.
 */
#define KIND_SPACE	65507	/* the largest UDP payload over IPv4 */

/**
 * struct kind - a kind of message
 * @name: of the row
 * @head: what it begins with; NULL: the start line and mandatory fields
 * @unit: repeated
 * @tail: what it ends with; NULL: two line ends
 * @size: bytes, about; 0: the sizes of cost.c
 * @times: how many times the limit it may cost: more than once, if its lines
 *	   and values are read byte by byte; 0: once
 */
struct kind {
	const char *name;
	const char *head;
	const char *unit;
	const char *tail;
	size_t size;
	unsigned int times;
};

#define LINE	"REGISTER sip:example.com SIP/2.0\r\n"
#define LINE_END	"\r\nv:x\r\n\r\n"
#define START							\
	"REGISTER sip:example.com SIP/2.0\r\n"			\
	"v:SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK1\r\n"		\
	"f:<sip:100@example.com>;tag=1\r\n"			\
	"t:<sip:100@example.com>\r\n"				\
	"i:1\r\n"						\
	"CSeq:1 REGISTER\r\n"
#define NEAR_NAMES						\
	"sundayddfriendly-requessipvicioupplsi-siparmyknifusaairporzxcvfdf1fdgddfg546df4g8d5-fgfdhgfxjfhyjhk"
/* What a mark of xsip_scanner needs, but for the last byte of its last part. */
#define NEAR(via, from, id)						\
	LINE "Via:SIP/2.0/UDP 192.0.2.1;branch=" via "\r\n"		\
	"From:<sip:nm@nm>;tag=" from "\r\n"				\
	"To:<sip:100@example.com>\r\nCall-ID:" id "\r\n"		\
	"CSeq:1 REGISTER\r\nx:"
#define HEX31	"0123456789abcdef0123456789abcde"
#define ALNUM60	"0123456789abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmn"
#define Z32	"00000000000000000000000000000000"
#define Z256	Z32 Z32 Z32 Z32 Z32 Z32 Z32 Z32

/*
 * To parse it costs 11 instructions a byte, as the median of 104 REGISTERs of
 * real phones did (of 110 to 850 bytes; they cost 6 to 21).
 */
static const char ordinary[] =
	"REGISTER sip:example.com SIP/2.0\r\n"
	"Via: SIP/2.0/UDP 192.0.2.17:5060;branch=z9hG4bK3a5f9c1b;rport\r\n"
	"Max-Forwards: 70\r\n"
	"From: <sip:alice@example.com>;tag=8d1f02ac31\r\n"
	"To: <sip:alice@example.com>\r\n"
	"Call-ID: 7c1e5a4b9d20@192.0.2.17\r\n"
	"CSeq: 1 REGISTER\r\n"
	"Contact: <sip:alice@192.0.2.17:5060>\r\n"
	"User-Agent: Example Phone/4.1.7\r\n"
	"Allow: INVITE, ACK, CANCEL, BYE, OPTIONS, NOTIFY, REFER, INFO\r\n"
	"Expires: 3600\r\n"
	"Content-Length: 0\r\n"
	"\r\n";

static const struct kind kinds[] = {
	{ "short fields", NULL, "a:\r\n", "\r\n" },
	{ "short lines", NULL, "a\n", "\r\n" },
	{ "known fields", NULL, "v:\r\n", "\r\n" },
	{ "lengths", NULL, "l:1\r\n", "\r\n" },
	{ "lengths after a long one", START "l:" Z256 Z256 Z256 Z256 "\r\n",
	  "l:\r\n", "\r\n" },
	{ "contacts", START "m:", "<a>,", .times = 3 },
	{ "contacts without ends", START "m:", "<,", .times = 3 },
	{ "contacts with a quote", START "m:\"", "a<,", .times = 3 },
	{ "contacts with escapes", START "m:<", "%73" },
	{ "fields of contacts", NULL, "m:a,b\r\n", "\r\n", .times = 3 },
	{ "one line", START "a:", "x" },
	{ "one line without end", START "a:", "x", "" },
	{ "one name without end", NULL, "x", "" },
	{ "folded lines", START "a:", "\r\n " },
	{ "folded name", START "a", "\n\t" },
	{ "folded value", START "User-Agent:", "\r\n a" },
	{ "colons", NULL, ":" },
	{ "colons in a value", START "a:", ":" },
	{ "empty names", NULL, ":\n", "\r\n" },
	{ "tabs", START "a:", "\t", "x\r\n\r\n" },
	{ "control bytes", START "a:", "\001" },
	{ "carriage returns", START "a:", "\r", "x\r\n\r\n" },
	{ "bytes like control bytes", START "a:", "\377~" },
	{ "short lines of carriage returns", NULL, "a:\r\r\n", "\r\n",
	  .times = 4 },
	{ "carriage returns in a name", START "a", "\r", ":x\r\n\r\n" },
	{ "ends before the start", "", "\r\n", START "\r\n" },
	{ "white space before the start", "", "\r\n \t", START "\r\n" },
	{ "a folded start line", "REGISTER", "\r\n ",
	  "sip:a SIP/2.0" LINE_END },
	{ "a folded start line without a version", "REGISTER sip:a", "\r\n ",
	  "SIP/2.1" LINE_END },
	{ "blanks in the start line", "REGISTER sip:a", " \t",
	  "SIP/2.0" LINE_END },
	{ "a version after the other", "REGISTER sip:a ", "SIP/2.0 ",
	  LINE_END },
	{ "a version and blanks", "REGISTER sip:a SIP", " ", "/2.0" LINE_END },
	{ "a version that never ends", "REGISTER sip:a ", "SIP /",
	  "2.0x" LINE_END },
	{ "a status line of blanks", "SIP/2.0", " ", "200" LINE_END },
	{ "joins in To", LINE "t:", "&" },
	{ "joins and blanks in To", LINE "t:", "& " },
	{ "joins of names", LINE "Max-Forwards:", "&to" },
	{ "joins of names and blanks", LINE "Max-Forwards:", "&to " },
	{ "joins of a long name", LINE "Max-Forwards:", "&proxy-authorizatiox:",
	  .times = 2 },
	{ "joins in credentials", LINE "Authorization:", "&\"\"" },
	{ "joins after a lone quote", LINE "Authorization:\"", "&\\\"" },
	{ "joins in text", START "Subject:", "&to:" },
	{ "short lines with a join", NULL, "t:&\r\n", "\r\n", .times = 4 },
	{ "short lines with a join, unknown", NULL, "q:&\r\n", "\r\n",
	  .times = 4 },
	{ "known lines with a join", NULL, "allow-events:&\r\n", "\r\n",
	  .times = 2 },
	{ "folded joins", LINE "i:", "\r\n &" },
	{ "no SIP", "", "A sip:a ", "\r\n" },
	{ "blanks", "", " \t", "x" },
	{ "quotes in From", LINE "f:", "\"\\" },
	{ "lone quotes in From", LINE "f:\"", "\\\"" },
	{ "brackets in From", LINE "f:", "<" },
	{ "parameters in From", LINE "f:", ";tag" },
	{ "parameters in Via", LINE "v:", ";branch" },
	{ "spaced parameters in Via", LINE "v:", ";branch " },
	{ "semicolons in Via", LINE "v:", ";", .times = 3 },
	{ "nearly maddr in Via", LINE "v:", ";maddr", .times = 2 },
	{ "spaced maddr in Via", LINE "v:", ";\tmaddr ", .times = 2 },
	{ "multicast maddr in Via", LINE "v:", ";maddr=224.0.0.1" },
	{ "long maddr in Via", LINE "v:;maddr=", "2" },
	{ "semicolons in To", LINE "t:", ";" },
	{ "colons and semicolons in To", LINE "t:x", ":;" },
	{ "a long display name in To", LINE "t:", "a,", "<sip:a@h>\r\n\r\n" },
	{ "nearly tags in To", LINE "t:", "; ta" },
	{ "escapes in To", LINE "t:<sip:", "%41", "@h>\r\n\r\n" },
	{ "escapes in From", LINE "f:<sip:", "%41", "@h>\r\n\r\n" },
	{ "nearly escapes in To", LINE "t:<sip:", "%4", "@h>\r\n\r\n" },
	{ "percent signs in To", LINE "t:<sip:", "%", "@h>\r\n\r\n" },
	{ "a long To without a user", LINE "t:", "u" },
	{ "zeroes in CSeq", LINE "CSeq:", "0", "4294967295 REGISTER\r\n\r\n" },
	{ "a long tag", LINE "f:;tag=", "3" },
	{ "tag near SIPVicious", LINE "f:;tag=20", "31",
	  "0131323334353637g\r\n\r\n" },
	{ "long Call-ID", LINE "i:", "1" },
	{ "near a name, long", START "User-Agent:", "friendly-scanne" },
	{ "near a name, short", START "User-Agent:", "sipcl" },
	{ "near each name", START "User-Agent:", NEAR_NAMES },
	{ "a name at the end", START "User-Agent:", "x",
	  "fgfdhgfxjfhyjhkj\r\n\r\n" },
	{ "many User-Agents", NULL, "User-Agent:\r\n", "\r\n" },
	{ "many User-Agents with text", NULL, "User-Agent:sipcl\r\n", "\r\n" },
	{ "white space in a User-Agent", START "User-Agent:a", "\r\n\t",
	  "b\r\n\r\n" },
	{ "near a text of the rule", START "User-Agent:", "scanner-",
	  "x\r\n\r\n" },
	{ "near SIPVicious",
	  NEAR("z9hG4bK-12345", "0131333233343536", "123456789x"), "x" },
	{ "near svcrack", NEAR("z9hG4bK-12345", "3206210844", "123456789x"),
	  "x" },
	{ "near sippts", NEAR(ALNUM60 "01234567890", "abcdefgh", HEX31 "x"),
	  "x" },
	{ "near nmap's probe", NEAR("z9hG4bK.1", "roots", "1"), "x" },
	{ "near nmap's scripts",
	  NEAR("z9hG4bK0123456789abcdefghijklmn-", "0123456789abcdefghij",
	       ALNUM60),
	  "x" },
	{ "near Metasploit", NEAR("z9hG4bK.0123456x", "70c00e8c", "1"), "x" },
	{ "near sipcli", NEAR("z9hG4bK-" HEX31 "x", "1", HEX31 "f"), "x" },
	{ "long user", LINE "t:sip:", "u", "@h\r\n\r\n" },
	{ "a body of fields", START "l:1\r\n\r\n", "a:\r\n", "" },
	{ "a body of line ends", START "l:0\r\n\r\n", "\r\n", "" },
	{ "65507 bytes of fields", NULL, "a:\r\n", "\r\n", .size = KIND_SPACE },
	{ "65507 bytes of names", NULL, "User-Agent:sipcl\r\n", "\r\n",
	  .size = KIND_SPACE },
	{ "65507 bytes of line", START "a:", "x", .size = KIND_SPACE },
	{ "65507 bytes of folds", START "a:", "\r\n ", .size = KIND_SPACE },
	{ "65507 bytes of body", START "\r\n", "x", "", .size = KIND_SPACE },
};
