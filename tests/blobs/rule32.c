// SPDX-License-Identifier: GPL-2.0
/*
 * rule32: calls getsockopt() and setsockopt() of a raw socket for a program of
 * 64 bits: compiled with -m32 it is for the kernel what a 32-bit iptables is.
 *
 * Prints the address of space for counters, then for each struct request on
 * stdin, whose bytes follow it, a struct answer and its bytes; ends when there
 * is none.
 */
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

struct request {
	int32_t family;		/* 4 or 6 */
	int32_t option;
	int32_t set;		/* setsockopt() */
	uint32_t size;		/* bytes that follow, and are asked for */
};

struct answer {
	int32_t error;		/* errno */
	uint32_t size;		/* bytes that follow */
};

static char bytes[65536];
static char counters[65536];

static int call(const struct request *r, socklen_t *size)
{
	int level = r->family == 4 ? IPPROTO_IP : IPPROTO_IPV6;
	int sock = socket(r->family == 4 ? AF_INET : AF_INET6, SOCK_RAW,
			  IPPROTO_RAW);
	int error = 0;

	if (r->set ? setsockopt(sock, level, r->option, bytes, *size) :
		     getsockopt(sock, level, r->option, bytes, size))
		error = errno;
	close(sock);
	return error;
}

int main(void)
{
	uint32_t at = (uint32_t)(uintptr_t)counters;
	struct request r;
	struct answer a;
	socklen_t size;

	fwrite(&at, sizeof(at), 1, stdout);
	fflush(stdout);
	while (fread(&r, sizeof(r), 1, stdin)) {
		size = r.size;
		if (r.size > sizeof(bytes) ||
		    fread(bytes, 1, r.size, stdin) != r.size)
			return 1;
		a.error = call(&r, &size);
		a.size = r.set || a.error ? 0 : size;
		fwrite(&a, sizeof(a), 1, stdout);
		fwrite(bytes, 1, a.size, stdout);
		fflush(stdout);
	}
	return 0;
}
