// SPDX-License-Identifier: GPL-2.0
/* messages: generates messages of three kinds, and reads real ones. */
#include <stdarg.h>
#include <stdio.h>

#include "corpus.h"
#include "messages.h"
#include "random.h"

#define VARIANTS	512
#define SIZE_MAX_MADE	2048
#define TEXT_MAX	128

/* A message that is being generated. */
struct variant {
	char *text;		/* SIZE_MAX_MADE bytes */
	size_t size;
};

static u32 between(u32 low, u32 high)
{
	return low + random_below(high - low + 1);
}

static void say(struct variant *v, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	v->size += (size_t)vsnprintf(v->text + v->size,
				     SIZE_MAX_MADE - v->size, format, args);
	va_end(args);
	if (v->size >= SIZE_MAX_MADE) {
		fputs("messages: a message is too large\n", stderr);
		exit(1);
	}
}

/* @len characters out of @set, into @out. */
static const char *word(const char *set, u32 len, char *out)
{
	u32 i;

	for (i = 0; i < len; i++)
		out[i] = set[random_below((u32)strlen(set))];
	out[len] = '\0';
	return out;
}

#define DIGITS	"0123456789"
#define HEX	DIGITS "abcdef"
#define ALNUM	DIGITS "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"

static const char *host(char *out)
{
	sprintf(out, "%u.%u.%u.%u", between(1, 223), random_below(256),
		random_below(256), between(1, 254));
	return out;
}

static const char *one_of(const char *const *list)
{
	u32 count = 0;

	while (list[count])
		count++;
	return list[random_below(count)];
}

static const char *const phones[] = {
	"Yealink SIP-T46S 66.86.0.15", "Grandstream GXP2170 1.0.11.39",
	"snomD785/10.1.54.13", "Cisco/SPA504G-7.6.2b",
	"PolycomVVX-VVX_410-UA/5.9.5.0614", "Zoiper rv2.10.13.2",
	"MicroSIP/3.21.3", "Linphone Desktop/4.4.8 (Debian GNU/Linux)",
	"FRITZ!OS", "OpenStage_60_V3 R5.12.0 SIP 170120", "baresip v1.1.0",
	"Fanvil X4U 2.4.5 0c383e31d7a2", "Gigaset N510 IP PRO/42.250.00",
	"Acrobits Softphone/6.0.1", "Bria 6.5.1", "Mitel-5330-SIP-Phone",
	NULL
};

static const char *const domains[] = {
	"example.com", "pbx.example.net", "sip.example.org:5060",
	"voice.branch-office.example.com", "198.51.100.20",
	NULL
};

/* svwar looks for an extension, as SIPVicious 0.2 and 0.3 write it. */
static void sipvicious_register(struct variant *v)
{
	char target[TEXT_MAX], self[TEXT_MAX], branch[TEXT_MAX];
	char user[TEXT_MAX], id[TEXT_MAX], tag[3 * TEXT_MAX] = "";
	u32 i, len;

	host(target);
	host(self);
	word(DIGITS, between(3, 6), user);
	for (i = 0; user[i]; i++)
		sprintf(tag + 2 * i, "%02x", user[i]);
	strcat(tag, "01");
	len = between(9, 10);
	for (i = 0; i < len; i++)
		sprintf(tag + strlen(tag), "3%u", random_below(10));
	word(DIGITS, between(8, 10), branch);
	word(DIGITS, between(22, 25), id);
	say(v, "REGISTER sip:%s SIP/2.0\r\n", target);
	say(v, "Via: SIP/2.0/UDP %s:%u;branch=z9hG4bK-%s;rport\r\n", self,
	    between(5060, 5090), branch);
	say(v, "Content-Length: 0\r\n");
	say(v, "From: \"%s\"<sip:%s@%s>;tag=%s\r\n", user, user, target, tag);
	say(v, "Accept: application/sdp\r\n");
	say(v, "User-Agent: friendly-scanner\r\n");
	say(v, "To: \"%s\"<sip:%s@%s>\r\n", user, user, target);
	say(v, "Contact: sip:%s@%s\r\n", user, target);
	say(v, "CSeq: 1 REGISTER\r\n");
	say(v, "Call-ID: %s\r\n", id);
	say(v, "Max-Forwards: 70\r\n\r\n");
}

/* What phones' requests begin with; the user's name goes to @user. */
static void phone_head(struct variant *v, const char *method,
		       const char *domain, char *user)
{
	char self[TEXT_MAX], a[TEXT_MAX], b[TEXT_MAX];
	u32 port = between(5060, 65000);

	host(self);
	word(DIGITS, between(3, 11), user);
	say(v, "Via: SIP/2.0/UDP %s:%u;", self, port);
	if (random_bit())
		say(v, "rport;");
	say(v, "branch=z9hG4bK%s\r\n", word(ALNUM, between(8, 32), a));
	if (random_bit())
		say(v, "Max-Forwards: 70\r\n");
	say(v, "From: ");
	if (random_bit())
		say(v, "\"%s\" ", word(ALNUM, between(4, 16), a));
	say(v, "<sip:%s@%s>;tag=%s\r\n", user, domain,
	    word(HEX, between(8, 20), a));
	say(v, "To: <sip:%s@%s>\r\n", random_bit() ? user : "200", domain);
	say(v, "Call-ID: %s", word(HEX, between(12, 32), a));
	if (random_bit())
		say(v, "@%s", self);
	say(v, "\r\nCSeq: %u %s\r\n", between(1, 32000), method);
	say(v, "Contact: <sip:%s@%s:%u", user, self, port);
	if (random_bit())
		say(v, ";line=%s", word(ALNUM, 10, b));
	say(v, ">\r\n");
}

static const char allow[] =
	"Allow: INVITE, ACK, OPTIONS, CANCEL, BYE, SUBSCRIBE, NOTIFY, INFO, REFER, UPDATE\r\n";

static void phone_register(struct variant *v)
{
	const char *domain = one_of(domains);
	char user[TEXT_MAX], a[TEXT_MAX], b[TEXT_MAX], c[TEXT_MAX];

	say(v, "REGISTER sip:%s SIP/2.0\r\n", domain);
	phone_head(v, "REGISTER", domain, user);
	say(v, "Authorization: Digest username=\"%s\", realm=\"%s\", nonce=\"%s\", uri=\"sip:%s\", response=\"%s\", algorithm=MD5",
	    user, domain, word(ALNUM, between(16, 40), a), domain,
	    word(HEX, 32, b));
	if (random_bit())
		say(v, ", cnonce=\"%s\", qop=auth, nc=%08x",
		    word(HEX, 8, c), between(1, 9));
	say(v, "\r\n");
	if (random_bit())
		say(v, "%s", allow);
	say(v, "User-Agent: %s\r\n", one_of(phones));
	say(v, "Expires: %u\r\n", 60 * between(1, 60));
	say(v, "Content-Length: 0\r\n\r\n");
}

/* A session description as softphones write them. */
static void describe(struct variant *v)
{
	static const char *const codecs[] = {
		"0 PCMU/8000", "8 PCMA/8000", "9 G722/8000", "18 G729/8000",
		"3 GSM/8000", "97 iLBC/8000", "98 opus/48000/2",
		"99 speex/16000", "100 speex/8000", "101 telephone-event/8000",
	};
	char self[TEXT_MAX], key[TEXT_MAX];
	size_t i;

	host(self);
	say(v, "v=0\r\no=- %u %u IN IP4 %s\r\ns=A call\r\nc=IN IP4 %s\r\nt=0 0\r\n",
	    random_below(1 << 24), between(1, 9), self, self);
	say(v, "m=audio %u RTP/AVP 0 8 9 18 3 97 98 99 100 101\r\n",
	    2 * between(5000, 32000));
	for (i = 0; i < ARRAY_SIZE(codecs); i++)
		say(v, "a=rtpmap:%s\r\n", codecs[i]);
	say(v, "a=fmtp:18 annexb=no\r\na=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n");
	say(v, "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:%s\r\n",
	    word(ALNUM, 40, key));
	if (random_bit())
		say(v, "a=rtcp:%u\r\na=candidate:1 1 UDP 2130706431 %s 5004 typ host\r\na=candidate:1 2 UDP 2130706430 %s 5005 typ host\r\n",
		    2 * between(5000, 32000) + 1, self, self);
}

static void phone_invite(struct variant *v)
{
	const char *domain = one_of(domains);
	char user[TEXT_MAX], a[TEXT_MAX];
	char body[SIZE_MAX_MADE];
	struct variant sdp = { .text = body };

	say(v, "INVITE sip:%s@%s SIP/2.0\r\n",
	    word(DIGITS, between(3, 12), a), domain);
	phone_head(v, "INVITE", domain, user);
	say(v, "%s", allow);
	say(v, "User-Agent: %s\r\n", one_of(phones));
	if (random_bit())
		say(v, "Session-Expires: 1800\r\nMin-SE: 90\r\n");
	say(v, "Supported: 100rel, replaces, timer\r\n");
	say(v, "P-Preferred-Identity: <sip:%s@%s>\r\n", user, domain);
	say(v, "Content-Type: application/sdp\r\n");
	describe(&sdp);
	say(v, "Content-Length: %zu\r\n\r\n%s", sdp.size, body);
}

static const struct {
	const char *name;
	void (*make)(struct variant *v);
} makers[] = {
	{ "SIPVicious REGISTER",	sipvicious_register },
	{ "phone REGISTER",		phone_register },
	{ "INVITE with SDP",		phone_invite },
};

static void *need(void *memory)
{
	if (memory)
		return memory;
	fputs("messages: no memory\n", stderr);
	exit(1);
}

static void add(struct message_set *set, const u8 *data, size_t size)
{
	set->payloads[set->count++] = (struct xsip_payload){
		.data = data,
		.window = (u32)(size < SIP_WINDOW ? size : SIP_WINDOW),
		.size = (u32)size,
	};
}

bool messages_make(size_t number, struct message_set *set)
{
	size_t i, used = 0;
	char *space;

	if (number >= ARRAY_SIZE(makers))
		return false;
	space = need(malloc((VARIANTS + 1) * SIZE_MAX_MADE));
	set->name = makers[number].name;
	set->count = 0;
	set->payloads = need(calloc(VARIANTS, sizeof(*set->payloads)));
	for (i = 0; i < VARIANTS; i++) {
		struct variant v = { .text = space + used };

		makers[number].make(&v);
		add(set, (u8 *)v.text, v.size);
		used += v.size;
	}
	return true;
}

static bool is_real(const struct corpus_message *m)
{
	return !m->stream && m->size <= 4096 &&
		(m->expect == CORPUS_PASS ||
		 (m->expect == CORPUS_EXACT && m->class >= SIP_REQUEST &&
		  !m->defects));
}

bool messages_read(bool (*wanted)(const struct xsip_payload *payload),
		   struct message_set *set)
{
	size_t count = 0;

	set->name = "real messages";
	set->count = 0;
	for_each_message(m)
		count++;
	set->payloads = need(calloc(count, sizeof(*set->payloads)));
	for_each_message(m) {
		if (!is_real(m))
			continue;
		add(set, m->data, m->size);
		if (!wanted(&set->payloads[set->count - 1]))
			set->count--;
	}
	return set->count;
}

double messages_mean(const struct message_set *set)
{
	size_t i, sum = 0;

	for (i = 0; i < set->count; i++)
		sum += set->payloads[i].size;
	return (double)sum / (double)set->count;
}
