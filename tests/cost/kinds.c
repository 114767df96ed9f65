// SPDX-License-Identifier: GPL-2.0
/* Makes the messages of kinds.h, each as expensive as it can be. */
#include "kinds.h"

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
#define ZEROES	"0000000000000000000000000000000000000000000000000000000"

/*
 * To parse it costs 11 instructions a byte, as the median of 104 REGISTERs of
 * real phones did (of 110 to 850 bytes; they cost 6 to 21).
 */
const char ordinary[] =
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

const struct kind kinds[] = {
	{ "short fields", NULL, "a:\r\n", "\r\n", 0 },
	{ "short lines", NULL, "a\n", "\r\n", 0 },
	{ "known fields", NULL, "v:\r\n", "\r\n", 0 },
	{ "lengths", NULL, "l:1\r\n", "\r\n", 0 },
	{ "lengths after a long one", START
	  "l:" ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES
	  ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES ZEROES
	  "\r\n", "l:\r\n", "\r\n", 0 },
	{ "one line", START "a:", "x", "\r\n\r\n", 0 },
	{ "one line without end", START "a:", "x", "", 0 },
	{ "one name without end", NULL, "x", "", 0 },
	{ "folded lines", START "a:", "\r\n ", "\r\n\r\n", 0 },
	{ "folded name", START "a", "\n\t", "\r\n\r\n", 0 },
	{ "folded value", START "User-Agent:", "\r\n a", "\r\n\r\n", 0 },
	{ "colons", NULL, ":", "\r\n\r\n", 0 },
	{ "colons in a value", START "a:", ":", "\r\n\r\n", 0 },
	{ "empty names", NULL, ":\n", "\r\n", 0 },
	{ "tabs", START "a:", "\t", "x\r\n\r\n", 0 },
	{ "control bytes", START "a:", "\001", "\r\n\r\n", 0 },
	{ "carriage returns", START "a:", "\r", "x\r\n\r\n", 0 },
	{ "bytes like control bytes", START "a:", "\377~", "\r\n\r\n", 0 },
	{ "short lines of carriage returns", NULL, "a:\r\r\n", "\r\n", 0 },
	{ "carriage returns in a name", START "a", "\r", ":x\r\n\r\n", 0 },
	{ "ends before the start", "", "\r\n", START "\r\n", 0 },
	{ "white space before the start", "", "\r\n \t", START "\r\n", 0 },
	{ "a folded start line", "REGISTER", "\r\n ",
	  "sip:a SIP/2.0" LINE_END, 0 },
	{ "a folded start line without a version", "REGISTER sip:a", "\r\n ",
	  "SIP/2.1" LINE_END, 0 },
	{ "blanks in the start line", "REGISTER sip:a", " \t",
	  "SIP/2.0" LINE_END, 0 },
	{ "a version after the other", "REGISTER sip:a ", "SIP/2.0 ",
	  LINE_END, 0 },
	{ "a version and blanks", "REGISTER sip:a SIP", " ", "/2.0" LINE_END,
	  0 },
	{ "a version that never ends", "REGISTER sip:a ", "SIP /",
	  "2.0x" LINE_END, 0 },
	{ "a status line of blanks", "SIP/2.0", " ", "200" LINE_END, 0 },
	{ "joins in To", LINE "t:", "&", "\r\n\r\n", 0 },
	{ "joins and blanks in To", LINE "t:", "& ", "\r\n\r\n", 0 },
	{ "joins of names", LINE "Max-Forwards:", "&to", "\r\n\r\n", 0 },
	{ "joins of names and blanks", LINE "Max-Forwards:", "&to ",
	  "\r\n\r\n", 0 },
	{ "joins of a long name", LINE "Max-Forwards:",
	  "&proxy-authorizatiox:", "\r\n\r\n", 0 },
	{ "joins in credentials", LINE "Authorization:", "&\"\"",
	  "\r\n\r\n", 0 },
	{ "joins after a lone quote", LINE "Authorization:\"", "&\\\"",
	  "\r\n\r\n", 0 },
	{ "joins in text", START "Subject:", "&to:", "\r\n\r\n", 0 },
	{ "short lines with a join", NULL, "t:&\r\n", "\r\n", 0 },
	{ "short lines with a join, unknown", NULL, "q:&\r\n", "\r\n", 0 },
	{ "known lines with a join", NULL, "allow-events:&\r\n", "\r\n", 0 },
	{ "folded joins", LINE "i:", "\r\n &", "\r\n\r\n", 0 },
	{ "no SIP", "", "A sip:a ", "\r\n", 0 },
	{ "blanks", "", " \t", "x", 0 },
	{ "quotes in From", LINE "f:", "\"\\", "\r\n\r\n", 0 },
	{ "lone quotes in From", LINE "f:\"", "\\\"", "\r\n\r\n", 0 },
	{ "brackets in From", LINE "f:", "<", "\r\n\r\n", 0 },
	{ "parameters in From", LINE "f:", ";tag", "\r\n\r\n", 0 },
	{ "parameters in Via", LINE "v:", ";branch", "\r\n\r\n", 0 },
	{ "spaced parameters in Via", LINE "v:", ";branch ", "\r\n\r\n", 0 },
	{ "semicolons in Via", LINE "v:", ";", "\r\n\r\n", 0 },
	{ "nearly maddr in Via", LINE "v:", ";maddr", "\r\n\r\n", 0 },
	{ "spaced maddr in Via", LINE "v:", ";\tmaddr ", "\r\n\r\n", 0 },
	{ "multicast maddr in Via", LINE "v:", ";maddr=224.0.0.1",
	  "\r\n\r\n", 0 },
	{ "long maddr in Via", LINE "v:;maddr=", "2", "\r\n\r\n", 0 },
	{ "semicolons in To", LINE "t:", ";", "\r\n\r\n", 0 },
	{ "colons and semicolons in To", LINE "t:x", ":;", "\r\n\r\n", 0 },
	{ "a long display name in To", LINE "t:", "a,", "<sip:a@h>\r\n\r\n",
	  0 },
	{ "nearly tags in To", LINE "t:", "; ta", "\r\n\r\n", 0 },
	{ "escapes in To", LINE "t:<sip:", "%41", "@h>\r\n\r\n", 0 },
	{ "escapes in From", LINE "f:<sip:", "%41", "@h>\r\n\r\n", 0 },
	{ "nearly escapes in To", LINE "t:<sip:", "%4", "@h>\r\n\r\n", 0 },
	{ "percent signs in To", LINE "t:<sip:", "%", "@h>\r\n\r\n", 0 },
	{ "a long To without a user", LINE "t:", "u", "\r\n\r\n", 0 },
	{ "zeroes in CSeq", LINE "CSeq:", "0", "4294967295 REGISTER\r\n\r\n",
	  0 },
	{ "a long tag", LINE "f:;tag=", "3", "\r\n\r\n", 0 },
	{ "tag near SIPVicious", LINE "f:;tag=20", "31", "0131323334353637g\r\n\r\n", 0 },
	{ "long Call-ID", LINE "i:", "1", "\r\n\r\n", 0 },
	{ "near a name, long", START "User-Agent:", "friendly-scanne",
	  "\r\n\r\n", 0 },
	{ "near a name, short", START "User-Agent:", "sipcl", "\r\n\r\n", 0 },
	{ "near each name", START "User-Agent:", NEAR_NAMES, "\r\n\r\n", 0 },
	{ "a name at the end", START "User-Agent:", "x",
	  "fgfdhgfxjfhyjhkj\r\n\r\n", 0 },
	{ "many User-Agents", NULL, "User-Agent:\r\n", "\r\n", 0 },
	{ "many User-Agents with text", NULL, "User-Agent:sipcl\r\n", "\r\n", 0 },
	{ "white space in a User-Agent", START "User-Agent:a", "\r\n\t",
	  "b\r\n\r\n", 0 },
	{ "near a text of the rule", START "User-Agent:", "scanner-",
	  "x\r\n\r\n", 0 },
	{ "near SIPVicious", NEAR("z9hG4bK-12345", "0131333233343536",
				  "123456789x"), "x", "\r\n\r\n", 0 },
	{ "near svcrack", NEAR("z9hG4bK-12345", "3206210844", "123456789x"),
	  "x", "\r\n\r\n", 0 },
	{ "near sippts", NEAR(ALNUM60 "01234567890", "abcdefgh", HEX31 "x"),
	  "x", "\r\n\r\n", 0 },
	{ "near nmap's probe", NEAR("z9hG4bK.1", "roots", "1"), "x",
	  "\r\n\r\n", 0 },
	{ "near nmap's scripts", NEAR("z9hG4bK0123456789abcdefghijklmn-",
				      "0123456789abcdefghij", ALNUM60),
	  "x", "\r\n\r\n", 0 },
	{ "near Metasploit", NEAR("z9hG4bK.0123456x", "70c00e8c", "1"), "x",
	  "\r\n\r\n", 0 },
	{ "near sipcli", NEAR("z9hG4bK-" HEX31 "x", "1", HEX31 "f"), "x",
	  "\r\n\r\n", 0 },
	{ "long user", LINE "t:sip:", "u", "@h\r\n\r\n", 0 },
	{ "a body of fields", START "l:1\r\n\r\n", "a:\r\n", "", 0 },
	{ "a body of line ends", START "l:0\r\n\r\n", "\r\n", "", 0 },
	{ "65507 bytes of fields", NULL, "a:\r\n", "\r\n", KIND_SPACE },
	{ "65507 bytes of names", NULL, "User-Agent:sipcl\r\n", "\r\n",
	  KIND_SPACE },
	{ "65507 bytes of line", START "a:", "x", "\r\n\r\n", KIND_SPACE },
	{ "65507 bytes of folds", START "a:", "\r\n ", "\r\n\r\n",
	  KIND_SPACE },
	{ "65507 bytes of body", START "\r\n", "x", "", KIND_SPACE },
};

const size_t kinds_count = ARRAY_SIZE(kinds);

static size_t put(u8 *space, size_t at, const char *text)
{
	memcpy(space + at, text, strlen(text));
	return at + strlen(text);
}

unsigned int kind_times(const struct kind *kind)
{
	static const struct {
		const char *name;
		unsigned int times;
	} slow[] = {
		{ "short lines of carriage returns", 4 },
		{ "joins of a long name", 2 },
		{ "short lines with a join", 4 },
		{ "short lines with a join, unknown", 4 },
		{ "known lines with a join", 2 },
		{ "semicolons in Via", 3 },
		{ "nearly maddr in Via", 2 },
		{ "spaced maddr in Via", 2 },
	};
	size_t i;

	for (i = 0; i < ARRAY_SIZE(slow); i++)
		if (!strcmp(slow[i].name, kind->name))
			return slow[i].times;
	return 1;
}

size_t kind_make(const struct kind *kind, size_t size, u8 *space)
{
	size_t room = strlen(kind->unit) + strlen(kind->tail);
	size_t at = put(space, 0, kind->head ? kind->head : START);

	while (at + room <= size)
		at = put(space, at, kind->unit);
	return put(space, at, kind->tail);
}
