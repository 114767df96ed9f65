// SPDX-License-Identifier: GPL-2.0
/*
 * agent: runs a registrar on libsofia-sip-ua, FreeSWITCH's SIP stack.
 *
 *   agent REALM USERS ADDRESS...
 *
 * Listens at port 5060 of each ADDRESS (IPv6 in brackets), UDP and TCP, says
 * "ready" and serves until it is killed. USERS is a file of lines NAME:PASSWORD.
 *
 * The account of a request, whatever its method, is the user of its To. It gets
 * 404 if there is no such account, 200 if it has credentials of that account,
 * else 401. How messages are read, matched to transactions and answered is all
 * the library's.
 */
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>

struct office;
#define NTA_LEG_MAGIC_T struct office

#include <sofia-sip/auth_digest.h>
#include <sofia-sip/nta.h>
#include <sofia-sip/sip_status.h>
#include <sofia-sip/su_wait.h>

#define USERS 64

struct user {
	char name[64];
	char password[64];
};

struct office {
	const char *realm;
	/* One for all: a test asks for a challenge once. */
	char nonce[33];
	char challenge[256];
	struct user users[USERS];
	size_t count;
};

static void fail(const char *what)
{
	fprintf(stderr, "sofia: %s\n", what);
	exit(1);
}

static void read_users(struct office *office, const char *path)
{
	FILE *file = fopen(path, "r");
	struct user *user = office->users;

	if (!file)
		fail("cannot open the file of users");
	while (office->count < USERS &&
	       fscanf(file, " %63[^:\n]:%63[^\n]", user->name,
		      user->password) == 2) {
		office->count++;
		user++;
	}
	if (!feof(file))
		fail("expected at most 64 lines NAME:PASSWORD");
	fclose(file);
}

static void make_challenge(struct office *office)
{
	unsigned char random[16];
	size_t i;

	if (getrandom(random, sizeof(random), 0) != sizeof(random))
		fail("no random numbers");
	for (i = 0; i < sizeof(random); i++)
		snprintf(office->nonce + 2 * i, 3, "%02x", random[i]);
	snprintf(office->challenge, sizeof(office->challenge),
		 "Digest realm=\"%s\", nonce=\"%s\", algorithm=MD5, qop=\"auth\"",
		 office->realm, office->nonce);
}

static const struct user *find_user(const struct office *office,
				    const char *name)
{
	size_t i;

	for (i = 0; name && i < office->count; i++)
		if (!strcmp(office->users[i].name, name))
			return &office->users[i];
	return NULL;
}

/* Is text, which may be missing and may be quoted, this? */
static bool is(const char *text, const char *this)
{
	return text && auth_strcmp(text, this) == 0;
}

/* Are these the credentials of this user? */
static bool proves(const struct office *office, const struct user *user,
		   const char *method, const sip_authorization_t *given)
{
	auth_response_t response = { .ar_size = sizeof(response) };
	su_home_t home[1] = { SU_HOME_INIT(home) };
	auth_hexmd5_t key, expected;
	bool right = false;

	if (strcasecmp(given->au_scheme, "Digest"))
		return false;
	if (auth_digest_response_get(home, &response, given->au_params) > 0 &&
	    is(response.ar_username, user->name) &&
	    is(response.ar_realm, office->realm) &&
	    is(response.ar_nonce, office->nonce)) {
		response.ar_md5 = 1;
		auth_digest_sessionkey(&response, key, user->password);
		auth_digest_response(&response, expected, key, method, NULL, 0);
		right = is(response.ar_response, expected);
	}
	su_home_deinit(home);
	return right;
}

static bool authorized(const struct office *office, const struct user *user,
		       const sip_t *sip)
{
	const sip_authorization_t *given = sip->sip_authorization;

	for (; given; given = given->au_next)
		if (proves(office, user, sip->sip_request->rq_method_name,
			   given))
			return true;
	return false;
}

static int serve(struct office *office, nta_leg_t *leg, nta_incoming_t *request,
		 const sip_t *sip)
{
	const struct user *user =
		find_user(office, sip->sip_to->a_url->url_user);
	const char *challenge = office->challenge;

	(void)leg;
	if (nta_incoming_method(request) == sip_method_ack)
		; /* has no answer */
	else if (!user)
		nta_incoming_treply(request, SIP_404_NOT_FOUND, TAG_END());
	else if (!authorized(office, user, sip))
		nta_incoming_treply(request, SIP_401_UNAUTHORIZED,
				    SIPTAG_WWW_AUTHENTICATE_STR(challenge),
				    TAG_END());
	else
		nta_incoming_treply(request, SIP_200_OK,
				    SIPTAG_CONTACT(sip->sip_contact),
				    TAG_END());
	nta_incoming_destroy(request);
	return 0;
}

/* The port of this address, by UDP and TCP. */
static void listen_at(nta_agent_t *agent, const char *address)
{
	char text[128];
	const char *url = text;

	snprintf(text, sizeof(text), "sip:%s:5060", address);
	if (nta_agent_add_tport(agent, URL_STRING_MAKE(url), TAG_END()))
		fail("cannot listen at the address");
}

int main(int argc, char **argv)
{
	static struct office office;
	nta_agent_t *agent;
	su_root_t *root;
	int i;

	if (argc < 4)
		fail("usage: agent REALM USERS ADDRESS...");
	office.realm = argv[1];
	read_users(&office, argv[2]);
	make_challenge(&office);
	su_init();
	root = su_root_create(NULL);
	/* -1: at no address yet. Transactions are kept for 2 s, not 32. */
	agent = nta_agent_create(root, (url_string_t *)-1, NULL, NULL,
				 NTATAG_SIP_T1X64(2000), TAG_END());
	if (!agent)
		fail("no agent");
	for (i = 3; i < argc; i++)
		listen_at(agent, argv[i]);
	if (!nta_leg_tcreate(agent, serve, &office, NTATAG_NO_DIALOG(1),
			     TAG_END()))
		fail("cannot receive requests");
	puts("ready");
	fflush(stdout);
	su_root_run(root);
	return 0;
}
