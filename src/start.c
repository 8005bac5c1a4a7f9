/* SPDX-License-Identifier: ISC */
/* src/start.c: a closed descriptor 0, 1 or 2 would be handed out again as a socket, and a
   report would then go to a peer; so they are opened on /dev/null first. */
#include "src/start.h"

#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>

#include <sodium.h>

#include "src/report_out.h"

static int descriptors(void)
{
	int fd;

	for (fd = 0; fd <= 2; fd++) {
		if (fcntl(fd, F_GETFD) >= 0)
			continue;
		if (fd == 1)
			report_out_closed();
		if (open("/dev/null", O_RDWR) != fd) /* the lowest free one: fd */
			return -1;
	}
	return 0;
}

int start_up(const char *program)
{
	struct sigaction sa;

	if (descriptors())
		return -1;
	memset(&sa, 0, sizeof sa);
	sa.sa_handler = SIG_IGN;
	sigemptyset(&sa.sa_mask);
	sigaction(SIGPIPE, &sa, NULL);
	if (sodium_init() < 0) {
		fprintf(stderr, "%s: libsodium found no source of random numbers\n", program);
		return -1;
	}
	return 0;
}
